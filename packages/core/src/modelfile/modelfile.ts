/** A Modelfile, read. */
export interface Modelfile {
  /** A model's name, or the path of a file or folder. */
  from: string;
  /** Further `FROM` lines, such as a projector's file. */
  furtherFrom: string[];
  adapters: string[];
  template?: string;
  system?: string;
  licenses: string[];
  messages: { role: string; content: string }[];
  /** By wire name, of their right types; what may stand several times (`stop`) is an array. */
  parameters: Record<string, unknown>;
  renderer?: string;
  parser?: string;
  requires?: string;
}

/** One instruction of a Modelfile, as it stands there. */
export interface Instruction {
  /** Lower case. */
  name: string;
  /** What follows the name, without its quotes. */
  value: string;
  /** The line that it begins on, counted from 1. */
  line: number;
}
