import { OllamaManager } from "@codo/ollama-core";
import { ModelRunner } from "@codo/ollama-runner";
import { z } from "zod";

const Address = z.object({ city: z.string().min(1), country: z.string() });

/** Reads an address out of a text; what does not fit the schema is an error, never a value. */
export async function readAddress(text: string): Promise<z.infer<typeof Address>> {
  await using manager = new OllamaManager({ embedded: () => import("@codo/ollama-engine") });
  const runner = new ModelRunner(manager);
  const { value } = await runner.runStructured("codo-tiny", text, Address, { options: { temperature: 0 } });
  return value;
}
