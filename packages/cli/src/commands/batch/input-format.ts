/** What a batch can be read from. */
export const INPUT_FORMATS = ["jsonl", "text", "json", "csv", "tsv"] as const;

/** How the items of a batch are written down. */
export type InputFormat = (typeof INPUT_FORMATS)[number];

const BY_ENDING: Readonly<Record<string, InputFormat>> = {
  jsonl: "jsonl",
  ndjson: "jsonl",
  json: "json",
  csv: "csv",
  tsv: "tsv",
  tab: "tsv",
  txt: "text",
};

/** The format that a file's name says; lines that are looked at one by one where it says none. */
export function formatOfName(file: string | undefined): InputFormat | undefined {
  return BY_ENDING[/\.([a-z]+)$/i.exec(file ?? "")?.[1]?.toLowerCase() ?? ""];
}
