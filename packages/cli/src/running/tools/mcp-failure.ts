import { expandHome, isExecutableFound } from "@codo/ollama-config";
import { UsageError } from "../../errors/usage-error.js";
import { formatDuration } from "../../terminal/quantities.js";

const ALONE = "Run its command by itself to see why: a server of tools stays, and speaks MCP on its input and output.";
/** What a shell would take apart: then its first word may be no program. */
const SHELL_SYNTAX = /["'$`;&|<>(){}*?\\=]/;

/** What is known of a server of tools that could not be used. */
export interface McpFacts {
  named: string;
  /** The program that was started; none for an address. */
  command: string | undefined;
  /** What it wrote for people. */
  said: string;
  /** Whether it wrote what is no message of MCP. */
  isOtherOutput: boolean;
  /** How long it was waited for. */
  limitMs: number;
  /** Servers that the settings name. */
  known: readonly string[];
  env: NodeJS.ProcessEnv;
}

/** Why a server of tools cannot be used, and what to do: a program that is not there, one that ended, one that is silent. */
export async function mcpFailure(cause: unknown, facts: McpFacts): Promise<UsageError> {
  const { named, command, said, isOtherOutput, limitMs, known, env } = facts;
  const { code, message } = cause as Error & { code?: unknown };
  const { ErrorCode } = await import("@modelcontextprotocol/sdk/types.js");
  if (command !== undefined && !(await canStart(command, env))) {
    const others = known.length === 0 ? "" : ` The settings name: ${known.join(", ")}.`;
    const where = /[\\/]/.test(command) ? "there is no such program" : "it is not on the PATH";
    return new UsageError(
      `--mcp: "${command}" could not be started: ${where}.`,
      `Check how it is written, or install it.${others}`,
    );
  }
  const heard = said === "" ? "" : `It said: ${said}`;
  if (code === ErrorCode.RequestTimeout) {
    const silent = command === undefined ? "Check that the address is that of an MCP server." : ALONE;
    return new UsageError(
      `--mcp: ${named} did not say in ${formatDuration(limitMs)} which tools it has.`,
      [heard, silent].filter(Boolean).join("\n"),
    );
  }
  if (code === ErrorCode.ConnectionClosed && command !== undefined) {
    const printed = isOtherOutput ? "It wrote something to its standard output that is no MCP message. " : "";
    return new UsageError(`--mcp: ${named} ended before it said which tools it has.`, heard || `${printed}${ALONE}`);
  }
  const reason =
    (cause as Error).cause instanceof Error ? `${message}: ${((cause as Error).cause as Error).message}` : message;
  const advice = command === undefined ? "Check that an MCP server answers at the address." : ALONE;
  return new UsageError(`--mcp: ${named} is no server of tools that answers: ${reason}`, heard || advice);
}

async function canStart(command: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  if (SHELL_SYNTAX.test(command)) return true;
  return await isExecutableFound(expandHome(command, env), env);
}
