import type { CommandSpec } from "../../arguments/command-spec.js";
import { RUN_OPTIONS } from "../../running/run-option-specs.js";
import { TOOL_OPTIONS } from "../../running/tools/tool-options.js";

/** `codo chat`: a conversation. */
export const chatCommand: CommandSpec = {
  name: "chat",
  summary: "Chat with a model; a chat can be resumed later",
  details:
    'Type /? for the commands, """ to begin and end several lines. Ctrl-C cancels an answer, Ctrl-D ends the chat.',
  options: {
    ...RUN_OPTIONS,
    ...TOOL_OPTIONS,
    continue: { type: "flag", alias: "c", describe: "Continue the last conversation: --resume last" },
    resume: { type: "text", placeholder: "NAME", describe: "Resume a saved chat; last is the newest" },
    policy: {
      type: "text",
      choices: ["error", "rolling", "truncateMiddle", "summarize"],
      describe: "What to do when the chat exceeds the context window (default: rolling)",
    },
    "no-save": { type: "flag", describe: "Save neither the answers nor the chat" },
    raw: { type: "flag", describe: "Print answers as they are: Markdown, control and escape sequences" },
  },
  examples: [
    ["codo chat -m codo-tiny", "Start a chat"],
    ["codo chat -c", "Continue the last conversation"],
    ["codo chat --tool ./tools.mjs", "Let the model call functions, each asked about first"],
    ['echo "Hello" | codo chat --json', "In a pipe: each line is a turn, each result a line"],
  ],
  load: () => import("./chat.js"),
};
