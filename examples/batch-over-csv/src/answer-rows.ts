import { createReadStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { OllamaManager } from "@codo/ollama-core";
import { type BatchItem, ModelRunner } from "@codo/ollama-runner";
import { parse } from "csv-parse";
import { stringify } from "csv-stringify/sync";

/**
 * Asks the model the `question` of each row and writes the rows with an `answer` to another file. Stopped at any moment
 * and called again, it asks only what has no answer yet: the journal beside the output remembers.
 */
export async function answerRows(input: string, output: string): Promise<void> {
  await using manager = new OllamaManager({ embedded: () => import("@codo/ollama-engine") });
  const rows: Record<string, string>[] = [];
  async function* items(): AsyncGenerator<BatchItem> {
    for await (const row of createReadStream(input).pipe(parse({ columns: true, bom: true }))) {
      rows.push(row);
      yield { id: String(rows.length), prompt: row.question };
    }
  }
  const answers: string[] = [];
  await new ModelRunner(manager).runBatch(
    "codo-tiny",
    items(),
    { temperature: 0 },
    {
      journal: `${output}.journal`,
      onResult: (result, { index }) => {
        answers[index] = result.success ? result.response : `ERROR: ${result.errorMessage}`;
      },
    },
  );
  await writeFile(
    output,
    stringify(
      rows.map((row, index) => ({ ...row, answer: answers[index] })),
      { header: true },
    ),
  );
}
