import { createInterface } from "node:readline/promises";
import type { ApprovalAnswer, PendingToolCall } from "@codo/ollama-runner";
import { sanitize } from "../../terminal/sanitize.js";
import type { Approval } from "./tool-options.js";

/** Decides whether a tool is called; `onAsk` makes room for the question, where a person is asked. */
export type ToolApproval = (call: PendingToolCall, onAsk: () => void) => Promise<ApprovalAnswer>;

/**
 * Decides on calls: by the option, or by asking at the terminal; `a` stands for every further call of the tool.
 * @param ask - puts a question to the person, and gives what is typed
 */
export function createApproval(approval: Approval, ask: (question: string) => Promise<string>): ToolApproval {
  const allowed = new Set<string>();
  return async ({ name, arguments: args }, onAsk) => {
    if (approval === "always" || allowed.has(name)) return true;
    if (approval === "never") return { approved: false, reason: "The user lets no tool be called." };
    onAsk();
    // What is asked is shown whole: a call that is cut would be approved unseen.
    const answer = (await ask(sanitize(`Call ${name}(${JSON.stringify(args)})? [y/N/a = always] `)))
      .trim()
      .toLowerCase();
    if (answer === "a" || answer === "always") allowed.add(name);
    return ["y", "yes", "a", "always"].includes(answer);
  };
}

/** Asks at the terminal, where nothing else reads what is typed. */
export async function askAtTerminal(question: string, signal: AbortSignal): Promise<string> {
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await asking.question(question, { signal });
  } finally {
    asking.close();
  }
}
