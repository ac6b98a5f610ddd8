/** One kind of line in a stream, with the first such line. */
export interface LineShape {
  shape: string;
  value: unknown;
}

/** The kinds of lines of a stream in their order, each named once however often it comes in a row. */
export function lineShapes(text: string): LineShape[] | undefined {
  const lines: LineShape[] = [];
  for (const line of text.split("\n").filter((entry) => entry !== "")) {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      return undefined;
    }
    const shape = describe(value, "");
    if (lines.at(-1)?.shape !== shape) lines.push({ shape, value });
  }
  return lines;
}

const TELLING = new Set(["status", "error", "done", "done_reason", "role"]);

function describe(value: unknown, key: string): string {
  if (Array.isArray(value)) return `[${value.length > 0 ? describe(value[0], key) : ""}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(
      ([name]) => !/_duration$|_count$|^completed$/.test(name) && name !== "arguments",
    );
    return `{${entries.map(([name, entry]) => `${name}:${describe(entry, name)}`).join(",")}}`;
  }
  return TELLING.has(key) ? JSON.stringify(value) : typeof value;
}
