import type { CommandSpec } from "../../arguments/command-spec.js";
import { RUN_OPTIONS } from "../../running/run-option-specs.js";

/** `codo chat`: a conversation. */
export const chatCommand: CommandSpec = {
  name: "chat",
  summary: "Talk with a model; the conversation can be taken up again",
  details:
    'Type /? for what else can be typed, """ to begin and end several lines. Ctrl-C cancels an answer, Ctrl-D ends the chat.',
  options: {
    ...RUN_OPTIONS,
    resume: { type: "text", placeholder: "NAME", describe: "Take up a saved chat; last is the newest" },
    policy: {
      type: "text",
      choices: ["error", "rolling", "truncateMiddle", "summarize"],
      describe: "What to do when the chat outgrows the context; rolling by default",
    },
    "no-save": { type: "flag", describe: "Keep neither the answers nor the chat" },
    raw: { type: "flag", describe: "Show control and escape sequences of answers as they are" },
  },
  examples: [
    ["codo chat -m codo-tiny", "Begin to talk"],
    ["codo chat --resume last", "Go on with the last chat"],
    ['echo "Hello" | codo chat --json', "In a pipe: a line a turn, a result a line"],
  ],
  load: () => import("./chat.js"),
};
