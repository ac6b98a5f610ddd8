// Faults of this machine: what stands in the place of a file or folder, who may read it, how much room there is.
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const RUN = ["run", "-m", "m", "hi"];
const isRoot = process.getuid?.() === 0;
/** Somebody who is not the owner; root may write everywhere. */
const NOBODY = 65_534;

const configCase = (name, text, { statuses = [1, 2], line = RUN } = {}) => ({
  fault: name,
  surface: "config",
  line,
  prepare: (home) => {
    mkdirSync(join(home, "config", "codo"), { recursive: true });
    writeFileSync(join(home, "config", "codo", "config.json"), text);
  },
  statuses,
});

/** Each is a command line against a sound server, with what is prepared in its home before. */
export const LOCAL_FAULTS = [
  configCase("settings that are no JSON", "{ nope"),
  configCase("settings that are a list", "[]"),
  configCase("settings of wrong types", '{"serverPort":"x","outputDirectory":5,"options":[]}'),
  configCase("settings with a NUL", '{"defaultModel":"\u0000"}', { statuses: [0, 1, 2] }),
  configCase("settings 20 000 deep", `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`, { statuses: [0, 1, 2] }),
  configCase(
    "settings on one line of 400 kB",
    `{"presets":{${Array.from({ length: 8000 }, (_, n) => `"p${n}":{"temperature":0.5}`)}}}`,
    { statuses: [0] },
  ),
  configCase("settings named __proto__", '{"__proto__":{"serverHost":"evil"},"constructor":1}', { statuses: [0] }),
  configCase("settings with a misspelt key", '{"serverPrt":1}', {
    line: ["config", "validate", "--offline"],
    statuses: [1],
  }),
  {
    fault: "a folder in place of the settings",
    surface: "config",
    line: [...RUN, "--config", "taken"],
    prepare: (home) => mkdirSync(join(home, "taken")),
    statuses: [1, 2],
  },
  { fault: "a device for settings", surface: "config", line: [...RUN, "--config", "/dev/zero"], statuses: [1, 2] },
  {
    fault: "a FIFO for settings",
    surface: "config",
    line: [...RUN, "--config", "fifo"],
    prepare: (home) => execFileSync("mkfifo", [join(home, "fifo")]),
    statuses: [1, 2],
  },
  {
    fault: "settings in a loop of links",
    surface: "config",
    line: [...RUN, "--config", "loop"],
    prepare: (home) => symlinkSync("loop", join(home, "loop")),
    statuses: [1, 2],
  },
  {
    fault: "a project that names a host",
    surface: "config",
    line: ["models", "list"],
    env: { OLLAMA_HOST: "" },
    prepare: (home) => writeFileSync(join(home, "codo.config.json"), '{"serverHost":"192.0.2.1"}'),
    statuses: [1],
  },
  {
    fault: "a damaged file of consents",
    surface: "config",
    line: ["trust", "--list"],
    prepare: (home) => {
      mkdirSync(join(home, "state", "codo"), { recursive: true });
      writeFileSync(join(home, "state", "codo", "trusted-projects.json"), "{");
    },
    statuses: [1],
  },
  {
    fault: "a file in place of the store",
    surface: "output",
    line: [...RUN, "--output-dir", "taken"],
    prepare: (home) => writeFileSync(join(home, "taken"), "mine"),
    statuses: [0, 1],
    keeps: ["taken"],
  },
  {
    fault: "a store of another user",
    surface: "output",
    line: [...RUN, "--output-dir", "locked"],
    prepare: (home) => lockedFolder(join(home, "locked")),
    asNobody: true,
    statuses: [0, 1],
  },
  {
    fault: "a store that is damaged",
    surface: "output",
    line: ["outputs", "list"],
    prepare: (home) => damagedStore(home),
    statuses: [0, 1],
  },
  {
    fault: "a search in a damaged store",
    surface: "output",
    line: ["outputs", "search", "hi"],
    prepare: (home) => damagedStore(home),
    statuses: [0, 1],
  },
  {
    fault: "a rebuild of a damaged store",
    surface: "output",
    line: ["outputs", "rebuild"],
    prepare: (home) => damagedStore(home),
    statuses: [0, 1],
  },
  {
    fault: "a full disk",
    surface: "output",
    line: [...RUN, "--output-dir", "disk"],
    prepare: (home) => fullDisk(join(home, "disk")),
    disk: "disk",
    statuses: [0, 1],
  },
  {
    fault: "a journal on a full disk",
    surface: "batch",
    line: ["batch", "prompts.txt", "-m", "m", "--output", "disk/j.jsonl"],
    prepare: (home) => {
      fullDisk(join(home, "disk"));
      writeFileSync(join(home, "prompts.txt"), "a\nb\n");
    },
    disk: "disk",
    statuses: [1],
  },
  {
    fault: "a file of prompts that is not there",
    surface: "batch",
    line: ["batch", "nowhere.jsonl", "-m", "m"],
    statuses: [1, 2],
  },
  { fault: "a folder in place of prompts", surface: "batch", line: ["batch", ".", "-m", "m"], statuses: [1, 2] },
  {
    fault: "a line with a format of a wrong type",
    surface: "batch",
    line: ["batch", "p.jsonl", "-m", "m"],
    prepare: (home) => writeFileSync(join(home, "p.jsonl"), '{"prompt":"a","format":5}\n{"prompt":"b"}\n'),
    statuses: [1],
  },
  {
    fault: "lines that are no JSON",
    surface: "batch",
    line: ["batch", "p.jsonl", "-m", "m"],
    prepare: (home) => writeFileSync(join(home, "p.jsonl"), '{"prompt":\n{"prompt":"b"}\n'),
    statuses: [1, 2],
  },
  {
    fault: "a damaged journal",
    surface: "batch",
    line: ["batch", "prompts.txt", "-m", "m", "--output", "j.jsonl"],
    prepare: (home) => {
      writeFileSync(join(home, "prompts.txt"), "a\nb\n");
      writeFileSync(join(home, "j.jsonl"), "\u0000\u0001{");
    },
    statuses: [0, 1],
  },
  {
    fault: "an image that is none",
    surface: "command line",
    line: [...RUN, "--image", "x.png"],
    prepare: (home) => writeFileSync(join(home, "x.png"), "no image"),
    statuses: [0, 1, 2],
  },
  {
    fault: "a schema that is no JSON",
    surface: "command line",
    line: [...RUN, "--format", "s.json"],
    prepare: (home) => writeFileSync(join(home, "s.json"), "{"),
    statuses: [1, 2],
  },
  {
    fault: "a report that is none",
    surface: "command line",
    line: ["report", "r.json"],
    prepare: (home) => writeFileSync(join(home, "r.json"), '{"schemaVersion":1,"results":5}'),
    statuses: [1, 2],
  },
  { fault: "an option that is unknown", surface: "command line", line: [...RUN, "--nope\u001b[31m"], statuses: [2] },
  { fault: "a command that is unknown", surface: "command line", line: ["\u009d0;x"], statuses: [2] },
  {
    fault: "a host that is none",
    surface: "command line",
    line: [...RUN, "--host", "http://:::/"],
    statuses: [1, 2, 6],
  },
  {
    fault: "a Modelfile that names a key",
    surface: "command line",
    line: ["models", "create", "x", "-f", "Modelfile"],
    prepare: (home) => writeFileSync(join(home, "Modelfile"), "FROM m\nADAPTER /etc/hostname\n"),
    statuses: [1],
  },
  {
    fault: "a Modelfile that is binary",
    surface: "command line",
    line: ["models", "create", "x", "-f", "Modelfile"],
    prepare: (home) => writeFileSync(join(home, "Modelfile"), Buffer.alloc(5000, 0xff)),
    statuses: [1, 2],
  },
  { fault: "an answer that nobody reads", surface: "command line", line: RUN, closesOutput: true, statuses: [0, null] },
  {
    fault: "a kill by SIGTERM",
    surface: "command line",
    line: RUN,
    server: "silent in the middle of an answer",
    killWith: "SIGTERM",
    statuses: [130],
  },
].filter(({ asNobody, disk }) => isRoot || (!asNobody && disk === undefined));

function lockedFolder(folder) {
  mkdirSync(folder);
  chmodSync(folder, 0o555);
}

function damagedStore(home) {
  const index = join(home, "data", "codo", "index", "segments");
  mkdirSync(index, { recursive: true });
  mkdirSync(join(home, "data", "codo", "index", "log"), { recursive: true });
  for (const [name, text] of [
    ["manifest.json", '{"segments":[null]}'],
    ["log/x.jsonl", '{"op":"put"}\n{"op":"put","path":"../../etc/passwd","tags":[null]}\n\u0000'],
  ]) {
    writeFileSync(join(home, "data", "codo", "index", name), text);
  }
}

function fullDisk(folder) {
  mkdirSync(folder);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=4k,nr_inodes=8", "tmpfs", folder], { stdio: "pipe" });
  try {
    writeFileSync(join(folder, "filler"), Buffer.alloc(8192));
  } catch {
    // Full it is meant to be.
  }
}

/** Gives a home to somebody who is not root. */
export function giveAway(home) {
  for (const path of [home, join(home, "config"), join(home, "data"), join(home, "state")]) {
    mkdirSync(path, { recursive: true });
    chownSync(path, NOBODY, NOBODY);
  }
  return { uid: NOBODY, gid: NOBODY };
}
