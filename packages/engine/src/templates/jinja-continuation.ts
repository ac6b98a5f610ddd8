import type { BoundedJinja } from "./bounded-jinja.js";

/**
 * How an answer that was begun is continued: behind what opens the assistant's turn, without the thought that it may
 * have there, comes an empty thought, and then the answer.
 */
export interface JinjaContinuation {
  /** Where the thought begins in what opens the turn. */
  cutAt: string;
  /** The empty thought. */
  thought: string;
  /** The template knows thoughts, so that they are on unless they are switched off. */
  thinks: boolean;
}

const NONE: JinjaContinuation = { cutAt: "", thought: "", thinks: false };

const between = (open: string, close: string): JinjaContinuation => ({
  cutAt: open,
  thought: open + close,
  thinks: open + close !== "",
});

interface Family {
  signs: readonly string[];
  /** A sign that it does not have. */
  without?: string;
  continuation: JinjaContinuation;
}

/** Families whose turns rendering does not reveal: signs in the template, and how an answer goes on there. */
const FAMILIES: readonly Family[] = [
  {
    signs: ["[SYSTEM_PROMPT]", "[TOOL_CALLS]", "[ARGS]"],
    without: "[CALL_ID]",
    continuation: between("[THINK]", "[/THINK]"),
  },
  {
    signs: ["<|channel|>"],
    continuation: between("<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"),
  },
  {
    signs: ["<atem:function_calls>"],
    continuation: between(" to=self<|message|>", "<|eom|><|start|>assistant to=user<|message|>"),
  },
  { signs: [">>>all"], continuation: { ...NONE, thought: "all\n" } },
  { signs: ["<|tool_calls_section_begin|>"], continuation: between("<think>", "</think>") },
  {
    signs: ["<|open|>", "<|close|>", "<|end_of_msg|>"],
    continuation: between("<|open|>think<|sep|>", "<|close|>think<|sep|><|open|>response<|sep|>"),
  },
  { signs: ["<role>ASSISTANT</role>", "<arg_key>"], continuation: between("<think>", "</think>") },
  {
    signs: ["<|START_TEXT|>", "<|START_ACTION|>"],
    continuation: between("<|START_THINKING|>", "<|END_THINKING|><|START_TEXT|>"),
  },
  { signs: ["<|tool_list_start|>"], continuation: between("<think>", "</think>") },
  { signs: ["List of tools: ["], continuation: between("<think>", "</think>") },
  { signs: ["]<]minimax[>["], continuation: between("<mm:think>", "</mm:think>") },
  {
    signs: ["dsml_token", "tool_calls"],
    without: "function_calls",
    continuation: { cutAt: "<think>", thought: "</think>", thinks: true },
  },
  { signs: ["dsml_token"], continuation: between("<think>", "</think>") },
  { signs: ["<|tool_call>call:"], continuation: between("<|channel>thought\n", "<channel|>") },
  {
    signs: ["<tool_call>", "<function=", "<parameter=", "<think>"],
    continuation: between("<think>\n", "\n</think>\n\n"),
  },
  { signs: ["<|role_sep|>", "<|message_sep|>"], continuation: NONE },
  {
    signs: ["[BEGIN FINAL RESPONSE]"],
    continuation: {
      cutAt: "Here are my reasoning steps:",
      thought: "\n[BEGIN FINAL RESPONSE]\n",
      thinks: true,
    },
  },
  { signs: ["Write your thoughts between <think></think>"], continuation: between("<think>", "</think>") },
  { signs: ["<SPECIAL_10>", "<SPECIAL_12>"], continuation: between("<think>\n", "</think>") },
];

const ANSWER = "c0d0a";
const THOUGHT = "c0d0t";
const MARKER = /(?:<[^<>]*>|\[[^[\]]*\])\s*$/;
const MARKER_BEHIND = /^\s*(?:<[^<>]*>|\[[^[\]]*\])\s*/;

const SINGLE_MARKER = /^\s*(?:<[^<>]*>|\[[^[\]]*\])\s*$/;

/** How a template continues an answer; found out by rendering small conversations where its signs don't show it. */
export function findContinuation(
  source: string,
  template: BoundedJinja,
  variables: Record<string, unknown>,
): JinjaContinuation {
  const has = (sign: string): boolean => source.includes(sign);
  const family = FAMILIES.find(({ signs, without }) => signs.every(has) && !(without !== undefined && has(without)));
  if (family !== undefined) return family.continuation;
  const render = (messages: unknown[], more: Record<string, unknown>): string => {
    try {
      return template.render({ ...variables, messages, ...more });
    } catch {
      return "";
    }
  };
  const user = { role: "user", content: "x" };
  const shown = render([user, { role: "assistant", content: ANSWER, reasoning_content: THOUGHT }], {});
  const at = shown.indexOf(THOUGHT);
  const close = at < 0 ? "" : (MARKER_BEHIND.exec(shown.slice(at + THOUGHT.length))?.[0] ?? "");
  const open = close === "" ? "" : (MARKER.exec(shown.slice(0, at))?.[0] ?? "");
  const on = render([user], { add_generation_prompt: true });
  const off = render([user], { add_generation_prompt: true, enable_thinking: false });
  const found = withSwitch({ open, close }, on, off);
  const splits = !found.thinks && SPLITS_AT_THOUGHT.test(source) && !has("reasoning_content");
  if (splits) return between("<think>", "</think>");
  return source.includes("laguna_glm_thinking") ? between(found.cutAt.trim(), close.trim()) : found;
}

const SPLITS_AT_THOUGHT = /content\.split\((['"])<\/think>\1\)/;

/** What changes at the end of a prompt when thinking is switched on or off shows the tags as well. */
function withSwitch({ open, close }: { open: string; close: string }, on: string, off: string): JinjaContinuation {
  let same = 0;
  while (same < on.length && on[same] === off[same]) same++;
  const [onlyOn, onlyOff] = [on.slice(same), off.slice(same)];
  if (onlyOff.trim() === "" && onlyOn.trim() !== "") return between(open || onlyOn, close);
  if (onlyOn.trim() === "" && onlyOff.trim() !== "" && close === "") {
    const opening = SINGLE_MARKER.test(onlyOff) ? MARKER.exec(off.slice(0, same)) : null;
    return between(opening?.[0].trim() ?? "", onlyOff);
  }
  return between(open, close);
}
