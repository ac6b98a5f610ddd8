import type { CommandSpec } from "../../arguments/command-spec.js";
import { REQUEST_TIMEOUT } from "../../running/call-timeouts.js";

/** `codo embed`: texts to vectors. */
export const embedCommand: CommandSpec = {
  name: "embed",
  summary: "Turn texts into vectors",
  details: "Prints one JSON array for each text. Without --model the first installed embedding model is used.",
  positionals: [{ name: "text", isMany: true, describe: "The text; several words are joined" }],
  options: {
    model: {
      type: "text",
      alias: "m",
      placeholder: "NAME",
      completes: "models",
      describe: "The model: its name or its GGUF file",
    },
    lines: { type: "flag", describe: "Treat each line of the piped input as a separate text" },
    "no-truncate": { type: "flag", describe: "Fail when a text is too long, instead of truncating it" },
    timeout: REQUEST_TIMEOUT,
    dimensions: { type: "number", placeholder: "N", describe: "Truncate the vectors to N dimensions" },
  },
  examples: [
    ['codo embed "The sky is blue"', "One vector"],
    ["codo embed --lines --json < sentences.txt", "One for each line, in one JSON value"],
  ],
  load: () => import("./embed.js"),
};
