import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { IndexEntry } from "./index-entry.js";
import { collectChanges } from "./log-changes.js";
import { encodeLogLine } from "./log-line.js";
import { OWNER_PREFIX } from "./log-owner.js";
import { LogSet } from "./log-set.js";

function putLine(base: string, id: string): string {
  writeFileSync(join(base, id), "a record");
  return encodeLogLine({ op: "put", entry: { id, path: id, createdMs: 1 } as IndexEntry, atMs: Date.now() });
}

it("a log is not finished with when its writer saves once more and is killed after the log was read", async () => {
  const base = mkdtempSync(join(tmpdir(), "codo-logs-"));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  const writer = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  const ended = once(writer, "exit");
  onTestFinished(() => void writer.kill("SIGKILL"));
  const name = `${OWNER_PREFIX.replace(`-${process.pid}-`, `-${writer.pid}-`)}abc.jsonl`;
  const log = join(base, "logs", name);
  mkdirSync(join(base, "logs"));
  appendFileSync(log, putLine(base, "first"));
  const logs = new LogSet(join(base, "logs"));
  logs.refresh({});
  appendFileSync(log, putLine(base, "second"));
  writer.kill("SIGKILL");
  await ended;

  const early = collectChanges(base, logs);
  expect(early.puts.map(({ id }) => id)).toEqual(["first"]);
  expect(early.finished).toEqual([]);

  logs.refresh({});
  const late = collectChanges(base, logs);
  expect(late.puts.map(({ id }) => id)).toEqual(["first", "second"]);
  expect(late.finished).toEqual([name]);
});
