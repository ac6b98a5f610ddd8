import type { CallReader } from "./call-reader.js";
import { gemmaCalls } from "./gemma-calls.js";
import { glmCalls } from "./glm-calls.js";
import { jsonCalls } from "./json-calls.js";
import { kimiK3Calls } from "./kimi-k3-calls.js";
import { MINIMAX_MARK, miniMaxM3Calls } from "./minimax-m3-calls.js";
import type { OfferedTools } from "./offered-tools.js";
import { pythonCalls } from "./python-calls.js";
import type { CallSyntax, OutputSyntax, ThoughtSyntax } from "./tagged-parser.js";
import { xmlCalls } from "./xml-calls.js";

/*
 * How each family writes thoughts and calls, from the formats that their makers publish.
 */

const THINK: ThoughtSyntax = { open: "<think>", close: "</think>" };
/** A call inside ends the thought. */
const THINK_OR_CALL: ThoughtSyntax = { ...THINK, endsAtCall: true };

/** All ways to write calls behind one of several opening tags, read in the same way. */
function each(opens: readonly string[], read: CallReader): CallSyntax[] {
  return opens.map((open) => ({ open, read }));
}

/** Qwen 3 when its parser is asked for by name. */
export function qwen3Syntax(): OutputSyntax {
  return {
    thoughts: [THINK_OR_CALL],
    calls: each(["<tool_call>"], jsonCalls({ closes: ["</tool_call>"] })),
  };
}

/** Qwen 3 Coder, Qwen 3.5, Nemotron 3, Step 3.5: elements inside of `<tool_call>`. */
export function qwenXmlSyntax(tools: OfferedTools): OutputSyntax {
  const read = xmlCalls({ call: "function", close: "</tool_call>", tools });
  return {
    thoughts: [THINK_OR_CALL],
    calls: [
      { open: "<tool_call>", read },
      // The outer tag is forgotten now and then.
      ...(tools.names.size > 0 ? [{ open: "<function=", isPart: true, read }] : []),
    ],
  };
}

/** Seed-OSS. */
export function seedSyntax(tools: OfferedTools): OutputSyntax {
  return {
    thoughts: [{ open: "<seed:think>", close: "</seed:think>", endsAtCall: true }],
    calls: each(["<seed:tool_call>"], xmlCalls({ call: "function", close: "</seed:tool_call>", tools })),
  };
}

/** MiniMax M2. */
export function miniMaxSyntax(tools: OfferedTools): OutputSyntax {
  const close = "</minimax:tool_call>";
  return {
    thoughts: [THINK_OR_CALL],
    calls: each(["<minimax:tool_call>"], xmlCalls({ call: "invoke", close, tools })),
  };
}

/** GLM 4.5 to 4.7. */
export function glmSyntax(tools: OfferedTools): OutputSyntax {
  return { thoughts: [THINK_OR_CALL], calls: each(["<tool_call>"], glmCalls(tools)) };
}

/** Gemma 4. */
export function gemma4Syntax(): OutputSyntax {
  return {
    thoughts: [{ open: "<|channel>", close: "<channel|>", label: "thought\n", isAnywhere: true, endsAtCall: true }],
    calls: each(["<|tool_call>"], gemmaCalls({ quote: '<|"|>', close: "<tool_call|>" })),
    dropped: ["<tool_call|>", "<|tool_response>", "<channel|>"],
  };
}

/** FunctionGemma. */
export function functionGemmaSyntax(): OutputSyntax {
  return {
    thoughts: [],
    calls: each(["<start_function_call>"], gemmaCalls({ quote: "<escape>", close: "<end_function_call>" })),
    dropped: ["<start_function_response>"],
  };
}

const DEEPSEEK_BETWEEN = ["<｜tool▁call▁begin｜>", "<｜tool▁call▁end｜>", "```json", "```"];

/** DeepSeek V3, V3.1 and R1. */
export function deepSeekSyntax(): OutputSyntax {
  const read = jsonCalls({
    closes: ["<｜tool▁calls▁end｜>"],
    between: DEEPSEEK_BETWEEN,
    name: /^(?:function<｜tool▁sep｜>)?\s*([^\s<{]+)/,
  });
  return {
    thoughts: [THINK_OR_CALL],
    calls: [
      { open: "<｜tool▁calls▁begin｜>", read },
      { open: "<｜tool▁call▁begin｜>", read },
    ],
    dropped: ["<｜tool▁calls▁end｜>"],
  };
}

/** DeepSeek V3.2 and V4. */
export function deepSeekMarkupSyntax(tools: OfferedTools): OutputSyntax {
  const prefix = "｜DSML｜";
  const calls = ["function_calls", "tool_calls"].map((name) => ({
    open: `<${prefix}${name}>`,
    read: xmlCalls({ call: "invoke", prefix, close: `</${prefix}${name}>`, tools }),
  }));
  return { thoughts: [THINK_OR_CALL], calls };
}

/** Kimi K2. */
export function kimiSyntax(): OutputSyntax {
  const read = jsonCalls({
    closes: ["<|tool_calls_section_end|>"],
    between: ["<|tool_call_begin|>", "<|tool_call_end|>"],
    name: /^\s*(?:functions\.)?([\w.-]+?)(?::\d+)?\s*(?:<|$)/,
  });
  return {
    thoughts: [THINK_OR_CALL],
    calls: each(["<|tool_calls_section_begin|>", "<|tool_call_begin|>"], read),
    dropped: ["<|tool_calls_section_end|>"],
  };
}

/** Cohere's Command R7B and Command A. */
export function cohereSyntax(): OutputSyntax {
  return {
    thoughts: [{ open: "<|START_THINKING|>", close: "<|END_THINKING|>", isAnywhere: true, endsAtCall: true }],
    calls: each(["<|START_ACTION|>"], jsonCalls({ closes: ["<|END_ACTION|>"] })),
    dropped: [
      "<|START_RESPONSE|>",
      "<|END_RESPONSE|>",
      "<|START_TEXT|>",
      "<|END_TEXT|>",
      "<|END_THINKING|>",
      "<|END_OF_TURN_TOKEN|>",
    ],
  };
}

/** Cohere's Command R and Command R+, and Aya Expanse. Without tools these words are words. */
export function commandRSyntax({ names }: OfferedTools): OutputSyntax {
  return {
    thoughts: [],
    calls:
      names.size === 0
        ? []
        : each(["Action: ```json", "Action:\n```json", "Action:```json"], jsonCalls({ closes: ["```"] })),
  };
}

/** Granite 3, and Phi 4 mini: a list behind one token. */
export function listTokenSyntax(): OutputSyntax {
  return {
    thoughts: [THINK_OR_CALL, { open: "Here is my thought process:", close: "Here is my response:" }],
    calls: each(["<|tool_call|>", "<tool_call>"], jsonCalls({ closes: ["<|/tool_call|>", "</tool_call>"] })),
    dropped: ["<response>", "</response>"],
  };
}

/** Mistral's models, from the first with tools to Ministral 3 and Magistral. */
export function mistralSyntax(): OutputSyntax {
  return {
    thoughts: [{ open: "[THINK]", close: "[/THINK]", isAnywhere: true, endsAtCall: true }],
    calls: each(
      ["[TOOL_CALLS]"],
      jsonCalls({
        between: ["[TOOL_CALLS]"],
        name: /^([\w.-]+)\s*(?:\[CALL_ID\]\s*\w+\s*)?(?:\[ARGS\]\s*)?$/,
      }),
    ),
  };
}

/** Nemotron Nano 2, Nemotron mini. */
export function nemotronSyntax(): OutputSyntax {
  const closes = ["</TOOLCALL>", "</toolcall>"];
  return { thoughts: [THINK_OR_CALL], calls: each(["<TOOLCALL>", "<toolcall>"], jsonCalls({ closes })) };
}

/** Apriel. */
export function aprielSyntax(): OutputSyntax {
  return {
    thoughts: [{ open: "Here are my reasoning steps:", close: "[BEGIN FINAL RESPONSE]" }, THINK_OR_CALL],
    calls: each(["<tool_calls>"], jsonCalls({ closes: ["</tool_calls>"] })),
    dropped: ["[BEGIN FINAL RESPONSE]", "[END FINAL RESPONSE]"],
  };
}

/** Firefunction, and Phi 4 mini as its maker shows it. */
export function functoolsSyntax({ names }: OfferedTools): OutputSyntax {
  return { thoughts: [], calls: names.size === 0 ? [] : each(["functools["], jsonCalls({})) };
}

/** LFM 2. */
export function lfm2Syntax(): OutputSyntax {
  return { thoughts: [THINK_OR_CALL], calls: each(["<|tool_call_start|>"], pythonCalls("<|tool_call_end|>")) };
}

/** Olmo 3. */
export function olmo3Syntax(): OutputSyntax {
  return { thoughts: [THINK_OR_CALL], calls: each(["<function_calls>"], pythonCalls("</function_calls>")) };
}

/** Apertus. */
export function apertusSyntax(): OutputSyntax {
  return {
    thoughts: [{ open: "<|inner_prefix|>", close: "<|inner_suffix|>", isAnywhere: true, endsAtCall: true }],
    calls: each(["<|tools_prefix|>"], jsonCalls({ closes: ["<|tools_suffix|>"] })),
    dropped: ["<|inner_suffix|>", "<|tools_suffix|>"],
  };
}

/** GigaChat 3. */
export function gigaChatSyntax(): OutputSyntax {
  const closes = ["<|message_sep|>"];
  return {
    thoughts: [],
    calls: each(["function call<|role_sep|>", "<|function_call|>"], jsonCalls({ closes })),
    dropped: ["<|message_sep|>"],
  };
}

/** MiniCPM 5. */
export function miniCpmSyntax(tools: OfferedTools): OutputSyntax {
  const read = xmlCalls({ call: "function", parameter: "param", close: "</tool_call>", tools });
  return {
    thoughts: [THINK_OR_CALL],
    calls: tools.names.size === 0 ? [] : [{ open: "<function name=", isPart: true, read }],
  };
}

/** Solar Open. */
export function solarSyntax(): OutputSyntax {
  const read = jsonCalls({
    closes: ["<|calls|>"],
    between: ["<|tool_call:begin|>", "<|tool_call:end|>"],
    name: /^\w*<\|tool_call:name\|>([^<\s]+)<\|tool_call:args\|>\s*$/,
  });
  return {
    thoughts: [{ open: "<|think|>", close: "<|end|>", isAnywhere: true, endsAtCall: true }],
    calls: each(["<|tool_calls|>", "<|tool_call:begin|>"], read),
    dropped: ["<|begin|>assistant", "<|content|>", "<|end|>", "<|calls|>"],
  };
}

/** Hunyuan 3, whose tags all have a suffix. */
export function hunyuanSyntax(tools: OfferedTools): OutputSyntax {
  const suffix = ":opensource";
  return {
    thoughts: [{ open: `<think${suffix}>`, close: `</think${suffix}>`, endsAtCall: true }],
    calls: each([`<tool_call${suffix}>`], glmCalls(tools, suffix)),
    dropped: [`<tool_calls${suffix}>`, `</tool_calls${suffix}>`],
  };
}

/** Kimi K3. */
export function kimiK3Syntax(): OutputSyntax {
  const tag = (kind: "open" | "close", name: string): string => `<|${kind}|>${name}<|sep|>`;
  return {
    thoughts: [{ open: tag("open", "think"), close: tag("close", "think"), isAnywhere: true, endsAtCall: true }],
    calls: each(['<|open|>call tool="'], kimiK3Calls()),
    dropped: [
      tag("open", "response"),
      tag("close", "response"),
      tag("open", "tools"),
      tag("close", "tools"),
      tag("close", "think"),
      tag("close", "message"),
      "<|end_of_msg|>",
    ],
  };
}

/** MiniMax M3. */
export function miniMaxM3Syntax(tools: OfferedTools): OutputSyntax {
  return {
    thoughts: [{ open: "<mm:think>", close: "</mm:think>", isAnywhere: true, endsAtCall: true }],
    calls: each([`${MINIMAX_MARK}<tool_call>`], miniMaxM3Calls(tools)),
    dropped: ["</mm:think>"],
  };
}
