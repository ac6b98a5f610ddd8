import { OllamaClient } from "../client/fetch-client.js";
import { defaultInstance } from "./default-instance.js";
import { type OfficialClass, officialClass } from "./official-client.js";

/** {@link OllamaClient} under the official client's name, set up and typed as the official one is. */
export const Ollama: OfficialClass<OllamaClient> = /* @__PURE__ */ officialClass(OllamaClient);
export type Ollama = InstanceType<typeof Ollama>;

/** An {@link Ollama} at `OLLAMA_HOST`, where there is an environment. */
export const ollama: Ollama = /* @__PURE__ */ defaultInstance(() => new Ollama());
