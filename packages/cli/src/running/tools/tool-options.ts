import type { AnyTool } from "@codo/ollama-runner";
import type { OptionSpec } from "../../arguments/command-spec.js";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { UsageError } from "../../errors/usage-error.js";

/** Options of a command that lets a model call tools. */
export const TOOL_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  tool: {
    type: "list",
    placeholder: "FILE",
    completes: "files",
    describe: "A JavaScript file with tools that the model may call; repeatable",
  },
  mcp: {
    type: "list",
    placeholder: "COMMAND|NAME|URL",
    describe: "An MCP server with tools: its command, its name in the settings, or its address; repeatable",
  },
  approve: {
    type: "text",
    choices: ["ask", "always", "never"],
    describe: "Whether a tool may be called (default: ask)",
  },
};

/** Who decides whether a tool is called. */
export type Approval = "ask" | "always" | "never";

/** Tools, and who decides whether one is called. */
export interface NamedTools {
  tools: AnyTool[];
  approval: Approval;
}

/** The tools that a command line names; none where it names none. @throws UsageError */
export async function readTools(args: ParsedArguments, context: CliContext): Promise<NamedTools | undefined> {
  const [files, servers] = [args.list("tool"), args.list("mcp")];
  const approval = (args.text("approve") ?? "ask") as Approval;
  if (files.length === 0 && servers.length === 0) {
    if (args.text("approve") === undefined) return undefined;
    throw new UsageError("--approve is about tools, and none is named.", "Name some with --tool FILE or --mcp SERVER.");
  }
  if (approval === "ask" && !(process.stdin.isTTY && process.stderr.isTTY)) {
    const hint = "--approve always lets the model call the tools, --approve never lets it call none.";
    throw new UsageError("Nobody can be asked here whether a tool may be called.", hint);
  }
  const groups = await Promise.all([
    ...files.map(async (file) => await (await import("./tool-files.js")).readToolFile(file)),
    ...servers.map(async (server) => await (await import("./mcp-servers.js")).openMcpServer(server, context)),
  ]);
  return { tools: groups.flat(), approval };
}
