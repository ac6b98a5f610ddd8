import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { beforeEach } from "vitest";

/** A program that some tests use for real and that a machine may lack, with how it is found. */
const TOOLS = {
  chromium: ["chromium", "chromium-browser", "google-chrome"],
  tmux: ["tmux"],
  bash: ["bash"],
  zsh: ["zsh"],
  fish: ["fish"],
  "docker-registry": ["docker-registry"],
  postgres: ["postgres"],
  "redis-server": ["redis-server"],
  "llama-server": ["llama-server"],
  "llama-quantize": ["llama-quantize"],
} as const satisfies Record<string, readonly string[]>;

/** The name of a tool. */
export type ToolName = keyof typeof TOOLS;

/** Where a tool's executable is, looked for on the PATH; `CODO_CHROMIUM` names a browser elsewhere. */
export function findTool(tool: ToolName): string | undefined {
  const named = tool === "chromium" ? process.env.CODO_CHROMIUM : undefined;
  if (named !== undefined) return named;
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return TOOLS[tool].flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

/**
 * Says that the tests of a file, or of the group that it is called in, use these tools. On a machine without them the
 * tests are skipped, each with the note `needs …`, which the reporter in `scripts/untested-reporter.ts` gathers.
 */
export function needsTools(...tools: ToolName[]): void {
  const missing = tools.filter((tool) => findTool(tool) === undefined);
  beforeEach(({ skip }) => {
    skip(missing.length > 0, `needs ${missing.join(" ")}`);
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
