import { processorShare } from "@codo/ollama-core";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { nothingLoaded } from "../../hints/no-server.js";
import { askEngine, describeFacts } from "../../running/who-computes.js";
import { formatBytes } from "../../terminal/quantities.js";
import { relativeTimes } from "../../terminal/relative-time.js";
import { sanitize } from "../../terminal/sanitize.js";

/** Lists the models in memory as `ollama ps` does. */
export async function run(_args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals, signal } = context;
  let url = "";
  const models = await context
    .ask(
      async (client) => {
        url = client.host;
        return await (await context.managerOver(client)).listLoaded({ signal });
      },
      { start: false },
    )
    .catch((error: unknown) => {
      throw nothingLoaded(error);
    });
  if (globals.isJson) {
    terminal.json({ models });
    return;
  }
  const relative = relativeTimes(terminal);
  const rows = models.map(({ name, digest, sizeBytes, vramBytes, contextLength, expiresAt }) => [
    sanitize(name),
    digest.replace(/^sha256:/, "").slice(0, 12),
    formatBytes(sizeBytes),
    processorShare(sizeBytes, vramBytes),
    contextLength === undefined ? "" : String(contextLength),
    expiresAt === undefined ? "" : relative(new Date(expiresAt)),
  ]);
  terminal.table(["NAME", "ID", "SIZE", "PROCESSOR", "CONTEXT", "UNTIL"], rows);
  const engine = await askEngine(url);
  if (engine !== undefined) terminal.note(`Computed by the engine at ${url}, with ${describeFacts(engine)}.`);
  else terminal.note(`Computed by the server at ${url}.`);
}
