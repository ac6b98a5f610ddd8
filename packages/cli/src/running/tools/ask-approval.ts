import { createInterface } from "node:readline/promises";
import type { ApprovalAnswer, PendingToolCall } from "@codo/ollama-runner";
import { sanitize } from "../../terminal/sanitize.js";
import type { Approval } from "./tool-options.js";

/** Decides on calls: by the option, or by asking at the terminal; `a` stands for every further call of the tool. */
export function createApproval(
  approval: Approval,
  { signal, onAsk }: { signal: AbortSignal; onAsk: () => void },
): (call: PendingToolCall) => Promise<ApprovalAnswer> {
  const allowed = new Set<string>();
  return async ({ name, arguments: args }) => {
    if (approval === "always" || allowed.has(name)) return true;
    if (approval === "never") return { approved: false, reason: "The user lets no tool be called." };
    onAsk();
    const asking = createInterface({ input: process.stdin, output: process.stderr });
    try {
      // What is asked is shown whole: a call that is cut would be approved unseen.
      const question = sanitize(`Call ${name}(${JSON.stringify(args)})? [y/N/a = always] `);
      const answer = (await asking.question(question, { signal })).trim().toLowerCase();
      if (answer === "a" || answer === "always") allowed.add(name);
      return ["y", "yes", "a", "always"].includes(answer);
    } finally {
      asking.close();
    }
  };
}
