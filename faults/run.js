// A table of faults and surfaces: what the user reads, how long it took, what was kept. A surprise (a raw error or a
// stack, a call held past its deadline, a wrong exit status, success where there was none) makes the exit status 1.
// Usage: node faults/run.js [--only TEXT] [--jobs N] [--json FILE]
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { giveAway, LOCAL_FAULTS } from "./local-faults.js";
import { SERVER_FAULTS, startFaultyServer } from "./server-faults.js";

const { values } = parseArgs({
  options: { only: { type: "string", default: "" }, jobs: { type: "string", default: "5" }, json: { type: "string" } },
});
const DEADLINE_SECONDS = 4;
/** What starting a process and a busy machine may add to a deadline. */
const SLACK_SECONDS = 20;
const CODO = fileURLToPath(new URL("../packages/cli/bin/codo.js", import.meta.url));
const LIBRARY = fileURLToPath(new URL("./library-surfaces.js", import.meta.url));
/** What nobody should ever read. */
const RAW =
  /TypeError|RangeError|ReferenceError|SyntaxError|\n\s+at \S|Cannot read prop|is not (?:a function|iterable)|Maximum call stack|please report|UNEXPECTED|(?<!received )\bundefined\b|\[object Object\]/;
const CONTROL_RANGES = "\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069";
const OBEYED = new RegExp(`[${CONTROL_RANGES}]`);

/** Command lines that are tried against every fault of a server. */
const COMMANDS = {
  "codo run": ["run", "-m", "m", "hi", "--timeout", String(DEADLINE_SECONDS)],
  "codo models list": ["models", "list"],
};

const base = mkdtempSync(join(tmpdir(), "codo-faults-"));
const jobs = [];
for (const [fault, about] of Object.entries(SERVER_FAULTS)) {
  if (!fault.includes(values.only)) continue;
  jobs.push(() => libraryRows(fault, about));
  for (const [surface, line] of Object.entries(COMMANDS))
    jobs.push(() => commandRow({ fault, surface, line, server: fault }));
}
for (const one of LOCAL_FAULTS) if (one.fault.includes(values.only)) jobs.push(() => commandRow(one));

const startMs = performance.now();
const rows = await runAll(jobs, Number(values.jobs));
rmSync(base, { recursive: true, force: true });
const surprises = rows.filter(({ surprise }) => surprise !== "");
console.log(
  `\n${rows.length} rows, ${new Set(rows.map(({ fault }) => fault)).size} faults, ${((performance.now() - startMs) / 1000).toFixed(0)} s, ${surprises.length} surprises`,
);
for (const row of surprises) console.log(`SURPRISE  ${tell(row)}`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
process.exitCode = surprises.length === 0 ? 0 : 1;

async function runAll(work, width) {
  const done = [];
  const queue = work.map((job, index) => ({ job, index }));
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      done[next.index] = [await next.job()].flat();
      for (const row of done[next.index]) console.log(tell(row));
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return done.flat();
}

function tell({ fault, surface, ms, status, read, kept, surprise }) {
  const how = status === undefined ? "" : ` exit ${status}`;
  const what = read.length > 140 ? `${read.slice(0, 139)}…` : read;
  return [fault, surface, `${(ms / 1000).toFixed(1)} s${how}`, what || "(nothing)", kept, surprise]
    .filter(Boolean)
    .join("  |  ");
}

/** Every surface of the library against one fault. */
async function libraryRows(fault, about) {
  const server = await startFaultyServer(about);
  const env = { PATH: process.env.PATH, HOME: base, TMPDIR: base };
  const run = await runProcess([LIBRARY, server.url, String(DEADLINE_SECONDS * 1000)], {
    env,
    limitSeconds: 2 * DEADLINE_SECONDS + SLACK_SECONDS,
  });
  await server.stop();
  const rows = run.stdout
    .split("\n")
    .filter((text) => text.startsWith("{"))
    .map((text) => JSON.parse(text));
  const told = rows.map(({ surface, ms, outcome, code = "", message = "", stack = "", kept }) => ({
    fault,
    surface,
    ms,
    read: `${outcome}${code === "" ? "" : ` ${code}`}: ${message}`.split("\n")[0],
    kept,
    surprise: librarySurprise({ about, surface, outcome, ms, text: `${message}\n${stack}` }),
  }));
  if (run.isHeld || run.status !== 0 || told.length === 0) {
    const surprise = run.isHeld ? "held past every deadline" : `the process ended with ${run.status}`;
    told.push({
      fault,
      surface: "library",
      ms: run.ms,
      read: run.stderr.trim().split("\n").at(-1) ?? "",
      kept: "",
      surprise,
    });
  }
  return told;
}

function librarySurprise({ about, surface, outcome, ms, text }) {
  if (ms > (DEADLINE_SECONDS + SLACK_SECONDS) * 1000) return "held past its deadline";
  if (outcome === "raw error") return "an error that is not ours";
  if (RAW.test(text)) return "a raw error in the message";
  if (about.ok) return outcome === "answered" ? "" : "failed where it can cope";
  const isPart = about.isPartial && ["client list", "client show", "client embed", "client chat"].includes(surface);
  const isLenient = surface.startsWith("client") || about.canPass;
  return outcome === "answered" && !isPart && !isLenient ? "success where there was none" : "";
}

/** One command line in a home of its own. */
async function commandRow({ fault, surface, line, ...about }) {
  const serverFault = SERVER_FAULTS[about.server ?? "a sound server"];
  const server = await startFaultyServer(serverFault);
  const home = mkdtempSync(join(base, "home-"));
  try {
    about.prepare?.(home);
    const env = {
      PATH: process.env.PATH,
      HOME: home,
      TMPDIR: tmpdir(),
      XDG_CONFIG_HOME: join(home, "config"),
      XDG_DATA_HOME: join(home, "data"),
      XDG_STATE_HOME: join(home, "state"),
      OLLAMA_HOST: server.url,
      CODO_REQUEST_TIMEOUT: String(DEADLINE_SECONDS),
      NO_COLOR: "1",
      ...about.env,
    };
    const user = about.asNobody ? giveAway(home) : {};
    const run = await runProcess([CODO, ...line], {
      env,
      cwd: home,
      user,
      ...about,
      limitSeconds: DEADLINE_SECONDS + SLACK_SECONDS,
    });
    const text = run.stderr.trim() || run.stdout.trim();
    return {
      fault,
      surface,
      ms: run.ms,
      status: run.status,
      read: text.replaceAll(home, "~").split("\n")[0],
      kept: keptIn(home, about.keeps),
      surprise: commandSurprise(run, serverFault, about),
    };
  } catch (error) {
    // A small disk cannot be mounted everywhere.
    return { fault, surface, ms: 0, read: `left out: ${error.message.split("\n")[0]}`, kept: "", surprise: "" };
  } finally {
    if (about.disk !== undefined) unmount(join(home, about.disk));
    await server.stop();
  }
}

function commandSurprise({ status, stdout, stderr, isHeld, signal }, serverFault, { statuses }) {
  if (isHeld) return "held past its deadline";
  if (RAW.test(stderr) || RAW.test(stdout)) return "a raw error or a stack";
  if (OBEYED.test(stderr) || OBEYED.test(stdout)) return "a control character";
  if (status === null && !statuses?.includes(null)) return `ended by ${signal}`;
  const right = statuses ?? (serverFault.ok ? [0] : (serverFault.statuses ?? [1, 6]));
  if (right.includes(status))
    return status !== 0 && status !== null && stderr + stdout === "" ? "failed without a word" : "";
  // A list may be right where only answers are spoilt.
  const isAllowed = status === 0 && (serverFault.canPass || serverFault.canList || serverFault.isPartial);
  return isAllowed ? "" : `exit status ${status}, not ${right.join(" or ")}`;
}

async function runProcess(args, { env, cwd = base, user = {}, limitSeconds, killWith, closesOutput }) {
  const startMs = performance.now();
  const child = spawn(process.execPath, args, { env, cwd, ...user });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) {
    child[name].on("data", (data) => {
      // What says nothing new after a megabyte is enough to judge by.
      if (texts[name].length < 1_000_000) texts[name] += data;
      if (name === "stdout" && killWith !== undefined) child.kill(killWith);
    });
  }
  child.stdin.on("error", () => undefined);
  child.stdin.end();
  if (closesOutput) child.stdout.destroy();
  let isHeld = false;
  const timer = setTimeout(() => {
    isHeld = true;
    child.kill("SIGKILL");
  }, limitSeconds * 1000);
  const [status, signal] = await new Promise((resolve) => child.on("close", (...ending) => resolve(ending)));
  clearTimeout(timer);
  return { status, signal, isHeld, ms: Math.round(performance.now() - startMs), ...texts };
}

/** What is left in a home: records of results, and what has to be as it was. */
function keptIn(home, names = []) {
  const records = countFiles(join(home, "data"));
  const whole = names.map(
    (name) => `${name} is ${readFileSync(join(home, name), "utf8") === "mine" ? "as it was" : "changed"}`,
  );
  return [records === 0 ? "" : `${records} files in the store`, ...whole].filter(Boolean).join(", ");
}

function countFiles(folder) {
  mkdirSync(folder, { recursive: true });
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
}

function unmount(folder) {
  try {
    execFileSync("umount", [folder], { stdio: "pipe" });
  } catch {
    // It was not mounted.
  }
}
