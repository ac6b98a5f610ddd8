import { OllamaManager } from "@codo/ollama-core";
import { ModelRunner } from "@codo/ollama-runner";
import { servePage } from "./serve-page.js";

/** Serves the page over a server that runs, or over the embedded engine. */
export async function startPage(): Promise<{ url: string; stop: () => Promise<void> }> {
  const manager = new OllamaManager({ embedded: () => import("@codo/ollama-engine") });
  const { url, server } = await servePage(new ModelRunner(manager), "codo-tiny");
  return {
    url,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await manager.cleanup();
    },
  };
}
