import type { OutputEntry, OutputManager, RecordKind } from "@codo/ollama-output";
import { UsageError } from "../../errors/usage-error.js";
import { sanitize } from "../../terminal/sanitize.js";
import { clip } from "../../terminal/text-layout.js";

const ID_LENGTH = 26;
/** The time of an id, in its first characters. */
const TIME_LENGTH = 10;
const PAGE = 1000;
const MOST_CANDIDATES = 10;
const MOST_PROMPT = 40;
const EVERY_KIND: readonly RecordKind[] = ["output", "result", "batch", "benchmark", "comparison", "config"];

/**
 * The whole id of a result that is named by it, by the beginning of it that only one has, by `last` or by `last~2`, the
 * second before the last. A path, and what no result is named by, comes back as it is.
 * @param options.kinds - what `last` counts; by default all that `outputs list` shows
 * @throws UsageError when several ids begin so
 */
export async function resolveResultId(
  outputs: OutputManager,
  named: string,
  { kinds }: { kinds?: readonly RecordKind[] } = {},
): Promise<string> {
  const back = /^last(?:~(\d{1,6}))?$/i.exec(named);
  if (back !== null) return (await nthNewest(outputs, Number(back[1] ?? 0), kinds)) ?? named;
  const prefix = named.toUpperCase().replace(/(?:…|\.\.\.)$/, "");
  if (!/^[0-9A-HJKMNP-TV-Z]{1,26}$/.test(prefix)) return named;
  if (prefix.length === ID_LENGTH) return prefix;
  const found = await entriesBeginning(outputs, prefix);
  if (found.length > 1) throw ambiguous(named, found);
  return found[0]?.id ?? named;
}

/** As {@link resolveResultId} for several: all are found before the first is used, and each counts once. */
export async function resolveResultIds(outputs: OutputManager, named: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const one of named) ids.push(await resolveResultId(outputs, one));
  return [...new Set(ids)];
}

/** The beginnings of ids by which each can be named; all of one length. */
export function shortIds(ids: readonly string[]): string[] {
  let length = TIME_LENGTH;
  while (length < ID_LENGTH && new Set(ids.map((id) => id.slice(0, length))).size < ids.length) length += 1;
  return ids.map((id) => id.slice(0, length));
}

async function nthNewest(
  outputs: OutputManager,
  back: number,
  kinds: readonly RecordKind[] | undefined,
): Promise<string | undefined> {
  let left = back;
  for await (const { id } of entriesOf(outputs, kinds)) {
    if (left === 0) return id;
    left -= 1;
  }
  return undefined;
}

async function entriesBeginning(outputs: OutputManager, prefix: string): Promise<OutputEntry[]> {
  const found: OutputEntry[] = [];
  for await (const entry of entriesOf(outputs, EVERY_KIND)) if (entry.id.startsWith(prefix)) found.push(entry);
  return found;
}

async function* entriesOf(
  outputs: OutputManager,
  kinds: readonly RecordKind[] | undefined,
): AsyncGenerator<OutputEntry> {
  const query = { limit: PAGE, ...(kinds === undefined ? {} : { kind: kinds }) };
  let page = await outputs.listSavedOutputs(query);
  for (;;) {
    yield* page.items;
    if (page.nextCursor === undefined) return;
    page = await outputs.listSavedOutputs({ ...query, cursor: page.nextCursor });
  }
}

function ambiguous(named: string, found: readonly OutputEntry[]): UsageError {
  const shown = found.slice(0, MOST_CANDIDATES).map(({ id, kind, modelName = "", promptPreview }) => {
    const about = [kind, modelName, clip(promptPreview, MOST_PROMPT)].filter((text) => text !== "");
    return sanitize(`  ${id}  ${about.join("  ")}`);
  });
  const more = found.length > shown.length ? [`  and ${found.length - shown.length} more`] : [];
  return new UsageError(
    `${found.length} results begin with ${named}:\n${[...shown, ...more].join("\n")}`,
    "Give more of the id.",
  );
}
