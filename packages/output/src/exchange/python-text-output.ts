/** A model output of the Python module, as its text file says. */
export interface PythonTextOutput {
  modelName?: string;
  timestamp?: string;
  /** Seconds. */
  executionTime?: number;
  prompt: string;
  response: string;
}

const RULE = /^-{20,}$/;

/**
 * Reads the Python module's text file: a head with `MODEL:` and `TIMESTAMP:` under `=` lines, then `PROMPT:` and
 * `RESPONSE:`, each under or over a line of dashes. `undefined` for any other text.
 */
export function parsePythonText(text: string): PythonTextOutput | undefined {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const promptAt = lines.findIndex((line) => line.trim() === "PROMPT:");
  const responseAt = lines.findIndex(
    (line, i) => i > promptAt && line.trim() === "RESPONSE:" && isSectionStart(lines, i),
  );
  if (promptAt === -1 || responseAt === -1) return undefined;
  const head = lines.slice(0, promptAt);
  const modelName = headValue(head, "MODEL");
  const timestamp = headValue(head, "TIMESTAMP");
  const seconds = Number.parseFloat(headValue(head, "EXECUTION TIME") ?? "");
  return {
    ...(modelName === undefined ? {} : { modelName }),
    ...(timestamp === undefined ? {} : { timestamp }),
    ...(Number.isNaN(seconds) ? {} : { executionTime: seconds }),
    prompt: sectionText(lines.slice(promptAt + 1, responseAt)),
    response: sectionText(lines.slice(responseAt + 1)),
  };
}

function isSectionStart(lines: readonly string[], at: number): boolean {
  return RULE.test(lines[at - 1]?.trim() ?? "") || RULE.test(lines[at + 1]?.trim() ?? "");
}

function headValue(head: readonly string[], name: string): string | undefined {
  const line = head.find((candidate) => candidate.trim().toUpperCase().startsWith(`${name}:`));
  return line === undefined ? undefined : line.slice(line.indexOf(":") + 1).trim();
}

/** A section without the rules and empty lines around it. */
function sectionText(lines: readonly string[]): string {
  const isFrame = (line: string | undefined): boolean => line !== undefined && /^(-{20,}|={20,})?$/.test(line.trim());
  let start = 0;
  let end = lines.length;
  while (start < end && isFrame(lines[start])) start++;
  while (end > start && isFrame(lines[end - 1])) end--;
  return lines.slice(start, end).join("\n");
}
