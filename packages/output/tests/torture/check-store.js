// Looks whether a tortured store has everything that was acknowledged, and nothing that it should not have.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { OutputManager } from "@codo/ollama-output";

/** Gives what is wrong, in words; nothing when all is well. `searches` bounds how many words are searched for. */
export async function checkStore({ base, acknowledged, searches }) {
  const problems = [];
  const store = new OutputManager(base);
  const listed = await listAll(store);
  const onDisk = new Set(recordFiles(base));
  for (const [word, path] of acknowledged) {
    if (!existsSync(path)) problems.push(`${word}: saved, and its file is not there`);
    else if (!listed.has(path)) problems.push(`${word}: saved, and not listed`);
    else if (!(await store.getOutput(path))?.prompt.includes(word)) problems.push(`${word}: not readable`);
  }
  for (const path of listed) if (!onDisk.has(path)) problems.push(`${path}: listed, and not there`);
  for (const path of onDisk) if (!listed.has(path)) problems.push(`${path}: there, and not listed`);
  const stats = await store.getOutputStats();
  if (stats.count !== onDisk.size) problems.push(`${stats.count} records counted, and ${onDisk.size} are there`);
  const words = [...acknowledged].slice(-searches);
  for (const [word, path] of words) {
    const { items, total } = await store.searchOutputs(word, { kind: "result" });
    if (total !== 1 || items[0]?.path !== path) problems.push(`${word}: a search finds ${total}`);
  }
  const { records } = await store.rebuildIndex();
  if (records !== onDisk.size) problems.push(`a rebuild finds ${records} of ${onDisk.size} records`);
  if ((await listAll(store)).size !== onDisk.size) problems.push("after a rebuild the list is another");
  await store.close();
  return { problems, records: onDisk.size };
}

async function listAll(store) {
  const paths = [];
  for (let cursor; ; ) {
    const page = await store.listSavedOutputs({ limit: 500, ...(cursor === undefined ? {} : { cursor }) });
    paths.push(...page.items.map((item) => item.path));
    cursor = page.nextCursor;
    if (cursor === undefined) break;
  }
  const unique = new Set(paths);
  if (unique.size !== paths.length) throw new Error("The list repeats a record.");
  return unique;
}

function recordFiles(base) {
  return readdirSync(join(base, "outputs"), { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile())
    .map((item) => join(item.parentPath, item.name));
}
