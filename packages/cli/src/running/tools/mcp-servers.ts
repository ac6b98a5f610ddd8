import { statSync } from "node:fs";
import { expandHome, type McpServerSettings } from "@codo/ollama-config";
import { OllamaError } from "@codo/ollama-core";
import type { AnyTool } from "@codo/ollama-runner";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { CliContext } from "../../context/cli-context.js";
import { VERSION } from "../../context/version.js";
import { mcpFailure } from "./mcp-failure.js";

const MOST_STDERR = 2_000;
/** How long a server may take to say which tools it has; a package runner may have to fetch it first. */
const MOST_START_MS = 60_000;

/**
 * Connects to a server of tools and gives what it has: by its name in the settings, by its address, or by the command
 * that starts it. It ends with the command.
 * @throws UsageError when it cannot be reached
 */
export async function openMcpServer(named: string, context: CliContext): Promise<AnyTool[]> {
  const { Client } = await loadSdk(() => import("@modelcontextprotocol/sdk/client/index.js"));
  const { transport, lastWords, command } = await openTransport(named, context);
  const client = new Client({ name: "codo", version: VERSION });
  context.onEnd(() => client.close());
  const { signal } = context;
  const limitMs = Math.min(context.timeoutMs ?? MOST_START_MS, MOST_START_MS);
  const starting = { signal, timeout: limitMs };
  let isOtherOutput = false;
  client.onerror = (error) => {
    isOtherOutput ||= error instanceof SyntaxError;
  };
  const wait = context.terminal.waitFor(`Starting the tools of ${named}`);
  try {
    await client.connect(transport, starting);
    const tools: AnyTool[] = [];
    for (let cursor: string | undefined, isMore = true; isMore; isMore = cursor !== undefined) {
      const page = await client.listTools(cursor === undefined ? {} : { cursor }, starting);
      for (const { name, description, inputSchema } of page.tools) {
        const call = async (args: unknown) =>
          toOutput(await client.callTool({ name, arguments: args as Record<string, unknown> }, undefined, { signal }));
        tools.push({ name, ...(description && { description }), parameters: { ...inputSchema }, execute: call });
      }
      cursor = page.nextCursor;
    }
    return tools;
  } catch (cause) {
    if (signal.aborted) throw cause;
    const { mcpServers = {} } = (await context.config()).config;
    const facts = { named, command, said: lastWords().trim(), isOtherOutput, limitMs };
    throw await mcpFailure(cause, { ...facts, known: Object.keys(mcpServers), env: context.env });
  } finally {
    wait.end();
  }
}

async function openTransport(
  named: string,
  context: CliContext,
): Promise<{ transport: Transport; lastWords: () => string; command?: string }> {
  const { program, ...server } = await settingsOf(named, context);
  if (server.url !== undefined) {
    const { StreamableHTTPClientTransport } = await loadSdk(
      () => import("@modelcontextprotocol/sdk/client/streamableHttp.js"),
    );
    const { url, headers = {} } = server;
    const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
    return { transport: transport as Transport, lastWords: () => "" };
  }
  const { StdioClientTransport } = await loadSdk(() => import("@modelcontextprotocol/sdk/client/stdio.js"));
  const { command = "", args = [], env = {} } = server;
  const inherited = Object.entries(context.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]));
  const transport = new StdioClientTransport({
    command: expandHome(command, context.env),
    args,
    env: { ...Object.fromEntries(inherited), ...env },
    stderr: "pipe",
  });
  let said = "";
  transport.stderr?.on("data", (data: Buffer) => {
    said = (said + data.toString()).slice(-MOST_STDERR);
  });
  return { transport, lastWords: () => said, command: program ?? command };
}

/** How a server is started; `program` is the first word of a command that a shell runs. */
async function settingsOf(named: string, context: CliContext): Promise<McpServerSettings & { program?: string }> {
  const { mcpServers = {} } = (await context.config()).config;
  if (Object.hasOwn(mcpServers, named)) return mcpServers[named] ?? {};
  if (/^https?:\/\//i.test(named)) return { url: named };
  // The project's own servers count once it is trusted: a name that only it has would be run as a command.
  if (!/\s/.test(named)) await context.assertConsent();
  const [program = ""] = named.trim().split(/\s+/);
  if (process.platform === "win32") return { program, command: "cmd", args: ["/d", "/s", "/c", named] };
  return { program, command: "/bin/sh", args: ["-c", `exec ${named}`] };
}

/** What a tool returned, as a text where it is one. @throws Error what the tool failed with, which the model reads */
function toOutput(result: Record<string, unknown>): unknown {
  const content = (Array.isArray(result.content) ? result.content : []) as { type: string; text?: string }[];
  const isText = content.every(({ type }) => type === "text");
  const text = content.map((part) => part.text ?? JSON.stringify(part)).join("\n");
  if (result.isError === true) throw new Error(text || "The tool failed.");
  return isText || result.structuredContent === undefined ? text : result.structuredContent;
}

async function loadSdk<T>(load: () => Promise<T>): Promise<T> {
  // After Node has looked at a pipe, its `require` takes the next link that it knows for one, and leaves it unresolved:
  // none of the package's own dependencies would be found. To look at any file mends it.
  statSync(process.execPath);
  try {
    return await load();
  } catch (cause) {
    const message = `The package @modelcontextprotocol/sdk, which --mcp needs, cannot be loaded: ${(cause as Error).message}`;
    const advice = "Install it beside codo: npm install -g @modelcontextprotocol/sdk";
    throw new OllamaError("INVALID_CONFIG", message, { cause, advice });
  }
}
