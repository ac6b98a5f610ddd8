import type { ConfigProbe } from "@codo/ollama-config";
import type { CliContext } from "../../context/cli-context.js";

/** Facts from the server that runs, where one does; none is started for this. */
export async function serverProbe(context: CliContext): Promise<ConfigProbe> {
  try {
    await context.serverInfo({ start: false });
    const manager = await context.manager();
    return {
      listModels: async () => (await manager.listModels()).map(({ name }) => name),
      contextLength: async (model) => (await manager.describeModel(model)).contextLength,
    };
  } catch {
    return {};
  }
}
