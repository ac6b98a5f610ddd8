import type { CommandSpec } from "../../arguments/command-spec.js";
import { QUEUE_OPTIONS } from "../../running/queue-options.js";

const MODEL = {
  model: { type: "text", alias: "m", placeholder: "NAME", describe: "Only this model's queue" },
} as const;

/** `codo queue`: looks after the work of many hosts. */
export const queueCommand: CommandSpec = {
  name: "queue",
  summary: "Watch and manage the prompts, workers and batches of a queue",
  details: "CODO_QUEUE sets --queue, and CODO_QUEUE_PASSWORD the password in it.",
  examples: [["codo queue status --queue redis://queue.lan", "Workers, models and batches"]],
  subcommands: [
    {
      name: "status",
      summary: "Show the models, workers and batches of a queue",
      options: QUEUE_OPTIONS,
      examples: [
        ["codo queue status --queue redis://queue.lan", "Prompts waiting, running, done and failed; workers; batches"],
        ["codo queue status --queue redis://queue.lan --json", "The same as JSON"],
      ],
      load: () => import("./queue-status.js"),
    },
    {
      name: "watch",
      summary: "Show the status and update it, until Ctrl-C",
      options: {
        ...QUEUE_OPTIONS,
        interval: { type: "number", placeholder: "SECONDS", describe: "Time between two updates (default: 1)" },
      },
      examples: [["codo queue watch --queue redis://queue.lan", "Redrawn every second"]],
      load: () => import("./watch-queue.js"),
    },
    {
      name: "collect",
      summary: "Write the results of a batch to its journal, until the batch is done",
      details:
        "Run it again to continue, from any machine. A result leaves the queue when it is in the journal; with --keep it stays for others until it expires.",
      positionals: [{ name: "batch", isRequired: true, describe: "The batch's id" }],
      options: {
        ...QUEUE_OPTIONS,
        journal: {
          type: "text",
          placeholder: "FILE",
          completes: "files",
          describe: "The journal (default: INPUT.results.jsonl, in this folder)",
        },
        keep: { type: "flag", describe: "Keep the results in the queue, so that others can collect them too" },
        "no-wait": { type: "flag", describe: "Collect the results that are there, and end" },
      },
      examples: [
        ["codo queue collect b0123456789abcdef --queue redis://queue.lan", "Wait for all results, and write them"],
      ],
      load: () => import("./collect-results.js"),
    },
    {
      name: "failed",
      summary: "List the prompts that failed for good, with the reason",
      options: {
        ...QUEUE_OPTIONS,
        ...MODEL,
        batch: { type: "text", placeholder: "ID", describe: "Only this batch's prompts" },
      },
      examples: [["codo queue failed --queue redis://queue.lan", "All of them, newest first"]],
      load: () => import("./list-failed.js"),
    },
    {
      name: "retry",
      summary: "Retry prompts that failed for good: all, a batch's, or single ones",
      positionals: [{ name: "job", isMany: true, describe: "Jobs, as `queue failed` names them (default: all)" }],
      options: {
        ...QUEUE_OPTIONS,
        ...MODEL,
        batch: { type: "text", placeholder: "ID", describe: "Only this batch's prompts" },
      },
      examples: [["codo queue retry --queue redis://queue.lan --batch b0123456789abcdef", "Retry those of one batch"]],
      load: () => import("./retry-failed.js"),
    },
    {
      name: "pause",
      summary: "Pause the queue: prompts in flight are finished, no other is started",
      options: { ...QUEUE_OPTIONS, ...MODEL },
      examples: [["codo queue pause --queue redis://queue.lan -m llama3.2", "Pause one model's queue"]],
      load: () => import("./pause-queue.js"),
    },
    {
      name: "resume",
      summary: "Resume a queue that `queue pause` has paused",
      options: { ...QUEUE_OPTIONS, ...MODEL },
      examples: [["codo queue resume --queue redis://queue.lan", "Resume the queues of all models"]],
      load: () => import("./resume-queue.js"),
    },
    {
      name: "remove",
      summary: "Remove a batch: its waiting prompts, results not collected, and failures",
      positionals: [{ name: "batch", isRequired: true, describe: "The batch's id" }],
      options: QUEUE_OPTIONS,
      examples: [["codo queue remove b0123456789abcdef --queue redis://queue.lan", "Remove one batch"]],
      load: () => import("./remove-batch.js"),
    },
  ],
};
