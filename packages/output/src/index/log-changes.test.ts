import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { processStartToken } from "@codo/ollama-node-kit";
import { expect, it, onTestFinished } from "vitest";
import type { IndexEntry } from "../entries/index-entry.js";
import { collectChanges } from "./log-changes.js";
import { encodeLogLine } from "./log-line.js";
import { OWNER_PREFIX } from "./log-owner.js";
import { LogSet } from "./log-set.js";

const FIRST = "01JABCDEFGHJKMNPQRSTVW0001";
const SECOND = "01JABCDEFGHJKMNPQRSTVW0002";

function putLine(base: string, id: string): string {
  const day = "outputs/m/2026/01/01";
  const path = `${day}/00-00-00.000-${id}.json`;
  mkdirSync(join(base, day), { recursive: true });
  writeFileSync(join(base, path), "a record");
  const createdMs = Date.UTC(2026, 0, 1);
  const text = { prompt: "", response: "", tags: [], success: true };
  const entry: IndexEntry = { id, kind: "output", path, createdMs, savedMs: createdMs, sizeBytes: 8, ...text };
  return encodeLogLine({ op: "put", entry, atMs: Date.now() });
}

it("a log is not finished with when its writer saves once more and is killed after the log was read", async () => {
  const base = mkdtempSync(join(tmpdir(), "codo-logs-"));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  const writer = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  const ended = once(writer, "exit");
  onTestFinished(() => void writer.kill("SIGKILL"));
  const owner = `-${writer.pid}-${processStartToken(writer.pid ?? 0)}-`;
  const name = `${OWNER_PREFIX.replace(/-\d+-\d+-$/, owner)}abc.jsonl`;
  const log = join(base, "logs", name);
  mkdirSync(join(base, "logs"));
  appendFileSync(log, putLine(base, FIRST));
  const logs = new LogSet(join(base, "logs"));
  logs.refresh({});
  appendFileSync(log, putLine(base, SECOND));
  writer.kill("SIGKILL");
  await ended;

  const early = collectChanges(base, logs);
  expect(early.puts.map(({ id }) => id)).toEqual([FIRST]);
  expect(early.finished).toEqual([]);

  logs.refresh({});
  const late = collectChanges(base, logs);
  expect(late.puts.map(({ id }) => id)).toEqual([FIRST, SECOND]);
  expect(late.finished).toEqual([name]);
});
