import { OllamaManager } from "@codo/ollama-core";
import { ModelRunner } from "@codo/ollama-runner";
import * as v from "valibot";

// `@valibot/to-json-schema` is installed beside valibot: it writes the schema as the server reads it.
const Person = v.object({ name: v.string(), age: v.pipe(v.number(), v.integer(), v.minValue(0)) });

/** Reads a person out of a text; what does not fit the schema is an error, never a value. */
export async function readPerson(text: string): Promise<v.InferOutput<typeof Person>> {
  await using manager = new OllamaManager({ embedded: () => import("@codo/ollama-engine") });
  const runner = new ModelRunner(manager);
  const { value } = await runner.runStructured("codo-tiny", text, Person, { options: { temperature: 0 } });
  return value;
}
