import type { CommandSource, CommandSpec } from "../arguments/command-spec.js";

/** What each command takes, in the order of the help. */
const LOADERS: Readonly<Record<string, () => Promise<CommandSpec>>> = {
  run: async () => (await import("./run/run-command.js")).runCommand,
  chat: async () => (await import("./chat/chat-command.js")).chatCommand,
  batch: async () => (await import("./batch/batch-command.js")).batchCommand,
  embed: async () => (await import("./embed/embed-command.js")).embedCommand,
  models: async () => (await import("./models/models-command.js")).modelsCommand,
  server: async () => (await import("./server/server-command.js")).serverCommand,
  config: async () => (await import("./config/config-command.js")).configCommand,
  trust: async () => (await import("./trust/trust-command.js")).trustCommand,
  outputs: async () => (await import("./outputs/outputs-command.js")).outputsCommand,
  bench: async () => (await import("./bench/bench-command.js")).benchCommand,
  compare: async () => (await import("./compare/compare-command.js")).compareCommand,
  report: async () => (await import("./report/report-command.js")).reportCommand,
  doctor: async () => (await import("./doctor/doctor-command.js")).doctorCommand,
  completion: async () => (await import("./completion/completion-command.js")).completionCommand,
};

/** Other names of commands, held to what the commands say by a test. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ["model", "models"],
  ["output", "outputs"],
]);

/** The commands of `codo`. To describe all of them takes longer than to run one, so each is loaded alone. */
export const COMMAND_SOURCE: CommandSource = {
  find: async (name) => {
    const own = OTHER_NAMES.get(name) ?? name;
    return Object.hasOwn(LOADERS, own) ? await LOADERS[own]?.() : undefined;
  },
  all: async () => await Promise.all(Object.values(LOADERS).map((load) => load())),
};
