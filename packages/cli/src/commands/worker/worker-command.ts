import type { CommandSpec } from "../../arguments/command-spec.js";
import { QUEUE_OPTIONS } from "../../running/queue-options.js";

/** `codo worker`: runs a queue's prompts at one server. */
export const workerCommand: CommandSpec = {
  name: "worker",
  summary: "Run the prompts of a queue at this machine's server, until it is stopped",
  details:
    "Works for one server (--host, or the one in use) and takes only prompts for its models. Ctrl-C or SIGTERM: it finishes the prompts in flight and ends; a second one ends it at once, and other workers take its prompts. CODO_QUEUE sets --queue, and CODO_QUEUE_PASSWORD the password in it.",
  options: {
    ...QUEUE_OPTIONS,
    models: {
      type: "list",
      isMany: true,
      placeholder: "NAME",
      completes: "models",
      describe: "The models to serve (default: all that are installed)",
    },
    concurrency: {
      type: "text",
      alias: "c",
      placeholder: "N|auto",
      describe: "Maximum concurrent prompts (default: auto)",
    },
    pull: { type: "flag", describe: "Pull the named models that are not installed" },
  },
  examples: [
    ["codo worker --queue redis://queue.lan:6379", "Serve all models of this machine's server"],
    [
      "codo worker --queue redis://queue.lan:6379 --models llama3.2 --pull",
      "Serve one model, and pull it if it is missing",
    ],
  ],
  load: () => import("./worker.js"),
};
