// Serves the page from a process of its own, which a test can kill. Prints the address.
import { OllamaClient, OllamaManager } from "@codo/ollama-core";
import { OutputManager } from "@codo/ollama-output";
import { startUi } from "../dist/index.js";

const [, , host, folder, port] = process.argv;
const manager = new OllamaManager({ client: new OllamaClient({ host }) });
const ui = await startUi({ port: Number(port), manager, output: new OutputManager(folder), journals: folder });
console.log(ui.url);
