// The page's server in a process of its own, as `codo ui` has it: over a store, with models that answer at once.
// Usage: node serve.js <folder of the store>. Prints its address, ends with its parent, tells its memory when asked.
import { OllamaClient, OllamaManager } from "@codo/ollama-core";
import { OutputManager } from "@codo/ollama-output";
import { startUi } from "@codo/ollama-ui";
import { startModelServer } from "./model-server.js";

const [folder] = process.argv.slice(2);
const models = await startModelServer();
const manager = new OllamaManager({ client: new OllamaClient({ host: models.url }) });
const { url } = await startUi({ manager, output: new OutputManager(folder), journals: folder });
process.on("message", () => {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  process.send({ rssMb: rss / 1e6, heapMb: heapUsed / 1e6 });
});
process.on("disconnect", () => process.exit(0));
process.send({ url });
