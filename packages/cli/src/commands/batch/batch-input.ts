import { createReadStream } from "node:fs";
import type { BatchInput } from "@codo/ollama-runner";
import { unknownFieldWarnings } from "@codo/ollama-runner/batch-kit";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { NamedTemplate } from "../../running/prompt-template.js";
import { isRegularFile, linesOf, PIPED_INPUT } from "../../running/read-text.js";
import { fillItems } from "./batch-template.js";
import { formatOfName, type InputFormat } from "./input-format.js";
import { lineItems, type PlacedItem } from "./line-items.js";
import { fromOpenAiLine, isOpenAiLine } from "./openai-line.js";

const HINT = "Name a JSONL, JSON, CSV or TSV file, or pipe prompts in.";

/** Where the items of a batch come from, and what a person should know of them. */
export interface BatchSource {
  /** The file; the piped input without one. */
  file?: string | undefined;
  format?: InputFormat | undefined;
  /** The model that was named, which takes the place of the models of OpenAI's lines. */
  model?: string | undefined;
  /** Puts each item into the template that is named. */
  fill: (items: AsyncIterable<BatchInput>) => AsyncIterable<BatchInput>;
  /** Whether there is a template, so that an item needs no prompt. */
  hasTemplate: boolean;
  /** Takes what a person should know, such as a field that nothing follows; the same may come more than once. */
  warn: (warning: string) => void;
}

/** The source that a command line names. */
export function batchSource(
  args: ParsedArguments,
  { file, template, warn }: Pick<BatchSource, "file" | "warn"> & { template: NamedTemplate | undefined },
): BatchSource {
  const format = args.text("input-format") as InputFormat | undefined;
  return {
    file,
    format: format ?? formatOfName(file),
    model: args.text("model"),
    fill: (items) => fillItems(items, template, args),
    hasTemplate: template !== undefined,
    warn,
  };
}

/** The items of a source. @throws UsageError with the place of what cannot be read */
export async function* readBatchInput(source: BatchSource): AsyncGenerator<BatchInput, void, undefined> {
  for await (const item of source.fill(ownItems(source))) {
    for (const warning of unknownFieldWarnings(item)) source.warn(warning);
    yield item;
  }
}

async function* ownItems(source: BatchSource): AsyncGenerator<BatchInput, void, undefined> {
  for await (const { item, place } of placedItems(source)) {
    yield isOpenAiLine(item) ? openAiItem(item, place, source) : (item as BatchInput);
  }
}

/**
 * How many items a source has; unknown for what can be read once only.
 * @throws UsageError with the place of what cannot be read: nothing has run then
 */
export async function countItems(source: BatchSource): Promise<number | undefined> {
  if (source.file === undefined || !isRegularFile(source.file)) return undefined;
  let count = 0;
  for await (const _item of readBatchInput(source)) count++;
  return count;
}

async function* placedItems({ file, format, hasTemplate }: BatchSource): AsyncGenerator<PlacedItem, void, undefined> {
  const lines = file === undefined ? linesOf(process.stdin, PIPED_INPUT) : linesOf(createReadStream(file), file, HINT);
  const name = file ?? "input";
  if (format === "csv" || format === "tsv") {
    const { csvItems } = await import("./csv-items.js");
    yield* csvItems(lines, { name, delimiter: format === "tsv" ? "\t" : ",", needsPrompt: !hasTemplate });
  } else yield* lineItems(lines, name, format);
}

function openAiItem(line: Parameters<typeof fromOpenAiLine>[0], place: string, source: BatchSource): BatchInput {
  const { model, warn } = source;
  const own = line.body.model;
  if (model !== undefined && typeof own === "string" && own !== model) {
    warn(`The lines name the model ${own}; -m runs them with ${model}.`);
  }
  return fromOpenAiLine(line, place, model !== undefined) as BatchInput;
}
