import type { CommandSpec } from "../../arguments/command-spec.js";
import { REQUEST_TIMEOUT } from "../../running/call-timeouts.js";

/** `codo embed`: texts to vectors. */
export const embedCommand: CommandSpec = {
  name: "embed",
  summary: "Turn texts into vectors",
  details: "Prints one JSON array a text. Without --model the first embedding model that is installed is used.",
  positionals: [{ name: "text", isMany: true, describe: "The text; several words are joined" }],
  options: {
    model: {
      type: "text",
      alias: "m",
      placeholder: "NAME",
      completes: "models",
      describe: "The model: its name or its GGUF file",
    },
    lines: { type: "flag", describe: "Each line of the piped input is a text of its own" },
    "no-truncate": { type: "flag", describe: "Fail where a text is too long, in place of cutting it" },
    timeout: REQUEST_TIMEOUT,
    dimensions: { type: "number", placeholder: "N", describe: "Cut the vectors to N numbers" },
  },
  examples: [
    ['codo embed "The sky is blue"', "One vector"],
    ["codo embed --lines --json < sentences.txt", "One for each line, in one JSON value"],
  ],
  load: () => import("./embed.js"),
};
