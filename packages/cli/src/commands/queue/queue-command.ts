import type { CommandSpec } from "../../arguments/command-spec.js";
import { QUEUE_OPTIONS } from "../../running/queue-options.js";

const MODEL = {
  model: { type: "text", alias: "m", placeholder: "NAME", describe: "Only this model's queue" },
} as const;

/** `codo queue`: looks after the work of many hosts. */
export const queueCommand: CommandSpec = {
  name: "queue",
  summary: "Look after the prompts, workers and batches of a queue",
  details: "CODO_QUEUE and CODO_QUEUE_PASSWORD stand in for --queue and the password in it.",
  examples: [["codo queue status --queue redis://queue.lan", "Workers, models and batches"]],
  subcommands: [
    {
      name: "status",
      summary: "Show the models, workers and batches of a queue",
      options: QUEUE_OPTIONS,
      examples: [
        ["codo queue status --queue redis://queue.lan", "What waits, runs, is done and failed, and who works on it"],
        ["codo queue status --queue redis://queue.lan --json", "The same as JSON"],
      ],
      load: () => import("./queue-status.js"),
    },
    {
      name: "watch",
      summary: "Show the status again and again, until Ctrl-C",
      options: {
        ...QUEUE_OPTIONS,
        interval: { type: "number", placeholder: "SECONDS", describe: "Time between two looks (default: 1)" },
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
        keep: { type: "flag", describe: "Leave the results in the queue, for others to collect too" },
        "no-wait": { type: "flag", describe: "Take what is there, and end" },
      },
      examples: [["codo queue collect b0123456789abcdef --queue redis://queue.lan", "Wait for all, and write them"]],
      load: () => import("./collect-results.js"),
    },
    {
      name: "failed",
      summary: "List the prompts that were given up, with the reason",
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
      summary: "Retry prompts that were given up: all, a batch's, or single ones",
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
      summary: "Hold the queue: what runs is finished, and nothing is begun",
      options: { ...QUEUE_OPTIONS, ...MODEL },
      examples: [["codo queue pause --queue redis://queue.lan -m llama3.2", "Hold one model's queue"]],
      load: () => import("./pause-queue.js"),
    },
    {
      name: "resume",
      summary: "Let a queue go on that `queue pause` holds",
      options: { ...QUEUE_OPTIONS, ...MODEL },
      examples: [["codo queue resume --queue redis://queue.lan", "Let all models go on"]],
      load: () => import("./resume-queue.js"),
    },
    {
      name: "remove",
      summary: "Remove a batch: what waits, its results that nobody collected, its failures",
      positionals: [{ name: "batch", isRequired: true, describe: "The batch's id" }],
      options: QUEUE_OPTIONS,
      examples: [["codo queue remove b0123456789abcdef --queue redis://queue.lan", "Remove one batch"]],
      load: () => import("./remove-batch.js"),
    },
  ],
};
