// The stores that are compared. Each is opened on a folder and can save, list the newest and search for a word; `fill`
// is the fastest way there, for stores in which saving one by one would take hours.
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const CONTENDERS = {
  codo: openCodo,
  "one lowdb file": openLowdb,
  "plain files": openPlainFiles,
  sqlite: openSqlite,
};

async function openCodo(folder) {
  const { OutputManager } = await import("@codo/ollama-output");
  const store = new OutputManager(folder);
  return {
    save: (record) => store.saveExecutionResult(record),
    newest: async (limit) => (await store.listSavedOutputs({ limit })).items.length,
    search: async (word) => (await store.searchOutputs(word)).total,
    rebuild: () => store.rebuildIndex(),
    close: () => store.close(),
  };
}

async function openLowdb(folder) {
  const { JSONFilePreset } = await import("lowdb/node");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "db.json");
  let opened;
  // Opening reads the whole file, so it belongs to the first operation.
  const db = async () => {
    opened ??= await JSONFilePreset(path, { outputs: [] });
    return opened;
  };
  return {
    save: async (record) => {
      const file = await db();
      file.data.outputs.push(record);
      await file.write();
    },
    fill: (records) => {
      const file = readOr(path, { outputs: [] });
      file.outputs.push(...records);
      writeFileSync(path, JSON.stringify(file, null, 2));
    },
    newest: async (limit) => (await db()).data.outputs.slice(-limit).length,
    search: async (word) => (await db()).data.outputs.filter((record) => hasWord(record, word)).length,
    close: () => {},
  };
}

async function openPlainFiles(folder) {
  mkdirSync(folder, { recursive: true });
  const save = (record) => {
    const name = `${record.metadata.createdAt.replaceAll(":", "-")}-${record.modelName.replace(":", "@")}.json`;
    const temporary = join(folder, `.${name}.${process.pid}`);
    writeFileSync(temporary, JSON.stringify(record, null, 2), { flag: "wx", mode: 0o600 });
    renameSync(temporary, join(folder, name));
  };
  const read = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));
  return {
    save,
    newest: (limit) => readdirSync(folder).sort().slice(-limit).map(read).length,
    search: (word) => readdirSync(folder).filter((name) => hasWord(read(name), word)).length,
    close: () => {},
  };
}

async function openSqlite(folder) {
  const { DatabaseSync } = await import("node:sqlite");
  mkdirSync(folder, { recursive: true });
  const db = new DatabaseSync(join(folder, "store.db"));
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  db.exec("CREATE TABLE IF NOT EXISTS output (id INTEGER PRIMARY KEY, created TEXT, model TEXT, record TEXT)");
  db.exec("CREATE INDEX IF NOT EXISTS by_time ON output (created)");
  db.exec("CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (prompt, response, content='')");
  const insert = db.prepare("INSERT INTO output (created, model, record) VALUES (?, ?, ?)");
  const insertWords = db.prepare("INSERT INTO words (rowid, prompt, response) VALUES (?, ?, ?)");
  const one = (record) => {
    const { lastInsertRowid } = insert.run(record.metadata.createdAt, record.modelName, JSON.stringify(record));
    insertWords.run(lastInsertRowid, record.prompt, record.response);
  };
  const inTransaction = (action) => {
    db.exec("BEGIN");
    action();
    db.exec("COMMIT");
  };
  const search = "SELECT count(*) AS total FROM words WHERE words MATCH ?";
  const best =
    "SELECT record FROM output WHERE id IN (SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT 20)";
  return {
    save: (record) => inTransaction(() => one(record)),
    fill: (records) => inTransaction(() => records.forEach(one)),
    newest: (limit) => db.prepare("SELECT record FROM output ORDER BY created DESC LIMIT ?").all(limit).length,
    search: (word) => {
      db.prepare(best).all(word);
      return db.prepare(search).get(word).total;
    },
    close: () => db.close(),
  };
}

function hasWord(record, word) {
  return record.prompt.includes(word) || record.response.includes(word);
}

function readOr(path, otherwise) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return otherwise;
  }
}
