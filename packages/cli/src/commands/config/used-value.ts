import { type Explanation, expandHome, userFolders } from "@codo/ollama-config";
import type { CliContext } from "../../context/cli-context.js";
import { defaultModel } from "../../running/default-model.js";

const LOOK_MS = 1_500;

/** Settings that are paths, in which `~` is the home folder. */
const PATHS: ReadonlySet<string> = new Set(["outputDirectory", "ollamaBinary"]);

/**
 * A setting as `codo` will use it: where nobody set the folder of results it is the user's data folder, and where nobody
 * set the model it is one that is installed. What the specification has in their place is hidden by it.
 */
export async function asUsed(explanation: Explanation, context: CliContext): Promise<Explanation> {
  const { key, isSet, layer, source, value } = explanation;
  if (typeof value === "string" && PATHS.has(key) && isSet) {
    return { ...explanation, value: expandHome(value, context.env) };
  }
  if (isSet || (key !== "outputDirectory" && key !== "defaultModel")) return explanation;
  const hidden = [{ layer, source, value }];
  if (key === "outputDirectory") {
    return { ...explanation, value: userFolders(context.env).data, source: "the user's data folder", hidden };
  }
  const model = await installedModel(context);
  const where = model === undefined ? "chosen among what is installed" : "what is installed";
  return { ...explanation, value: model ?? null, source: where, hidden };
}

async function installedModel(context: CliContext): Promise<string | undefined> {
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(LOOK_MS)]);
  try {
    const installed = await context.ask(
      async (client) => ({ models: (await client.list({ signal })).models, host: client.host }),
      { start: false },
    );
    return await defaultModel(context, installed);
  } catch {
    // Settings are shown without a server too.
    return undefined;
  }
}
