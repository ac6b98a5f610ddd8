import type { Instruction, Modelfile } from "./modelfile.js";
import { parseParameter } from "./parse-parameter.js";
import { modelfileError, readInstructions } from "./read-instructions.js";

const ROLES = new Set(["system", "user", "assistant"]);

/**
 * Reads a Modelfile completely: FROM, ADAPTER, TEMPLATE, SYSTEM, LICENSE, MESSAGE, PARAMETER, RENDERER, PARSER and
 * REQUIRES. Of what can stand once, the last counts. Source: Ollama's Modelfile reference, and `parser.ParseFile`.
 * @throws OllamaError `INVALID_REQUEST` with the line's number
 */
export function parseModelfile(text: string): Modelfile {
  const modelfile: Omit<Modelfile, "from"> = {
    furtherFrom: [],
    adapters: [],
    licenses: [],
    messages: [],
    parameters: {},
  };
  const from: string[] = [];
  for (const instruction of readInstructions(text)) {
    if (instruction.name === "from") from.push(instruction.value);
    else apply(modelfile, instruction);
  }
  const [first, ...furtherFrom] = from;
  if (first === undefined) throw modelfileError(1, "there is no FROM; a Modelfile needs one, such as FROM llama3.2");
  return { ...modelfile, from: first, furtherFrom };
}

function apply(modelfile: Omit<Modelfile, "from">, { name, value, line }: Instruction): void {
  switch (name) {
    case "adapter":
      modelfile.adapters.push(value);
      return;
    case "license":
      modelfile.licenses.push(value);
      return;
    case "message":
      modelfile.messages.push(parseMessage(value, line));
      return;
    case "parameter": {
      const [key, parsed] = parseParameter(value, line);
      const known = modelfile.parameters[key];
      modelfile.parameters[key] = Array.isArray(parsed) && Array.isArray(known) ? [...known, ...parsed] : parsed;
      return;
    }
    default:
      modelfile[name as "template" | "system" | "renderer" | "parser" | "requires"] = value;
  }
}

function parseMessage(text: string, line: number): { role: string; content: string } {
  const space = text.indexOf(" ");
  const role = text.slice(0, space);
  if (!ROLES.has(role)) throw modelfileError(line, `"${role}" is no role; a MESSAGE is system, user or assistant`);
  return { role, content: text.slice(space + 1) };
}
