import type { OptionSpec } from "../arguments/command-spec.js";

/** Options of every command that works with a queue. */
export const QUEUE_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  queue: { type: "text", placeholder: "URL", describe: "The queue's server, such as redis://queue.lan:6379" },
  "queue-name": { type: "text", placeholder: "NAME", describe: "The fleet's name in that server (default: codo)" },
};
