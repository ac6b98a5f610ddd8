import type { Ending } from "../src/parsers/call-reader.js";
import type { ParsedToolCall } from "../src/parsers/output-parser.js";

/*
 * Outputs as the makers of each family publish them, and as models get them wrong, with what has to be read in them.
 */

/** An output of a model, and what has to be read in it. */
export interface FamilySample {
  family: string;
  title: string;
  output: string;
  /** The end of the prompt, where it has begun a thought or a message. */
  prompt?: string;
  ending?: Ending;
  expected: { content?: string; thinking?: string; calls?: ParsedToolCall[] };
}

function tool(name: string, properties: Record<string, unknown>): unknown {
  return { type: "function", function: { name, parameters: { type: "object", properties } } };
}

/** The tools that the samples call. */
export const TOOLS: readonly unknown[] = [
  tool("get_weather", { city: { type: "string" }, days: { type: "integer" } }),
  tool("add", { a: { type: "number" }, b: { type: "number" } }),
  tool("write_file", {
    path: { type: "string" },
    text: { type: "string" },
    force: { type: "boolean" },
    tags: { type: "array" },
    mode: { anyOf: [{ type: "object" }, { type: "null" }] },
  }),
  tool("current-time", {}),
];

export const paris: ParsedToolCall = { name: "get_weather", arguments: { city: "Paris" } };
export const oslo: ParsedToolCall = { name: "get_weather", arguments: { city: "Oslo", days: 3 } };
export const sum: ParsedToolCall = { name: "add", arguments: { a: 1, b: 2.5 } };
export const time: ParsedToolCall = { name: "current-time", arguments: {} };
export const PARIS = '{"name": "get_weather", "arguments": {"city": "Paris"}}';
export const OSLO = '{"name": "get_weather", "arguments": {"city": "Oslo", "days": 3}}';
/** What is hard to read: tags, quotes and brackets inside of a text. */
export const HARD = 'if (a < b) { say("</tool_call>"); }\n';
export const hard: ParsedToolCall = { name: "write_file", arguments: { path: "a.js", text: HARD } };
const HARD_JSON = JSON.stringify({ name: "write_file", arguments: { path: "a.js", text: HARD } });

const of = (family: string, samples: readonly Omit<FamilySample, "family">[]): FamilySample[] =>
  samples.map((sample) => ({ family, ...sample }));

export const FAMILY_SAMPLES: readonly FamilySample[] = [
  ...of("gpt-oss", [
    {
      title: "a thought and an answer",
      output:
        "<|channel|>analysis<|message|>A greeting.<|end|><|start|>assistant<|channel|>final<|message|>Hello!<|return|>",
      expected: { thinking: "A greeting.", content: "Hello!" },
    },
    {
      title: "a thought and a call",
      output:
        '<|channel|>analysis<|message|>Need weather.<|end|><|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city":"Paris"}<|call|>',
      expected: { thinking: "Need weather.", calls: [paris] },
    },
    {
      title: "words before a call whose recipient stands before the channel, and no end",
      output:
        '<|channel|>commentary<|message|>Let me look.<|end|><|start|>assistant to=functions.get_weather<|channel|>commentary json<|message|>{"city":"Oslo","days":3}',
      expected: { content: "Let me look.", calls: [oslo] },
    },
    {
      title: "two calls, the second in the name that the prompt shows",
      output:
        '<|channel|>commentary to=functions.add<|message|>{"a":1,"b":2.5}<|call|><|start|>assistant<|channel|>commentary to=functions.current_time<|message|>{}',
      expected: { calls: [sum, time] },
    },
    {
      title: "a call that is not quite JSON",
      output: "<|channel|>commentary to=functions.get_weather<|message|>{'city': 'Paris',}<|call|>",
      expected: { calls: [paris] },
    },
    {
      title: "a call that is cut",
      output: '<|channel|>commentary to=functions.get_weather<|message|>{"city":"Par',
      ending: "length",
      expected: {},
    },
    {
      title: "an answer that was begun",
      prompt: "<|start|>assistant<|channel|>final<|message|>One, two,",
      output: " three.<|return|>",
      expected: { content: " three." },
    },
    { title: "words without channels", output: "Hello <|", expected: { content: "Hello <|" } },
    {
      title: "a message whose end is forgotten",
      output: "<|channel|>analysis<|message|>Hm.<|start|>assistant<|channel|>final<|message|>Yes.",
      expected: { thinking: "Hm.", content: "Yes." },
    },
  ]),
  ...of("gemma 4", [
    {
      title: "a call",
      output: '<|tool_call>call:get_weather{city:<|"|>Paris<|"|>}<tool_call|>',
      expected: { calls: [paris] },
    },
    {
      title: "a thought, words and two calls",
      output:
        '<|channel>thought\nBoth, then.<channel|>Let me see.<|tool_call>call:get_weather{city:<|"|>Oslo<|"|>,days:3}<tool_call|><|tool_call>call:add{a:1,b:2.5}<tool_call|><|tool_response>',
      expected: { thinking: "Both, then.", content: "Let me see.", calls: [oslo, sum] },
    },
    {
      title: "lists, objects, words and quotes inside of a text",
      output:
        '<|tool_call>call:write_file{path:<|"|>a "b" <tool_call|>\n{c}<|"|>,force:true,tags:[<|"|>x<|"|>,<|"|>y, z<|"|>],mode:{deep:null}}<tool_call|>Done.',
      expected: {
        content: "Done.",
        calls: [
          {
            name: "write_file",
            arguments: { path: 'a "b" <tool_call|>\n{c}', force: true, tags: ["x", "y, z"], mode: { deep: null } },
          },
        ],
      },
    },
    {
      title: "a call whose closing tag is forgotten",
      output: '<|tool_call>call:get_weather{city:<|"|>Paris<|"|>}',
      expected: { calls: [paris] },
    },
    {
      title: "a text whose closing mark is forgotten, and a call after it",
      output: '<|tool_call>call:add{a:1,b:2.5}<tool_call|><|tool_call>call:get_weather{city:"Paris"}<tool_call|>',
      expected: { calls: [sum, paris] },
    },
    {
      title: "a thought that the prompt began",
      prompt: "<|channel>thought\n",
      output: "Easy.<channel|>Yes.",
      expected: { thinking: "Easy.", content: "Yes." },
    },
  ]),
  ...of("functiongemma", [
    {
      title: "a call",
      output: "<start_function_call>call:get_weather{city:<escape>Paris<escape>}<end_function_call>",
      expected: { calls: [paris] },
    },
    {
      title: "two calls",
      output:
        "<start_function_call>call:get_weather{city:<escape>Oslo<escape>,days:3}<end_function_call><start_function_call>call:add{a:1,b:2.5}<end_function_call><start_function_response>",
      expected: { calls: [oslo, sum] },
    },
    {
      title: "words, and a call without an end",
      output: "Let me see. <start_function_call>call:current-time{}",
      expected: { content: "Let me see.", calls: [time] },
    },
  ]),
  ...of("deepseek 3.1", [
    {
      title: "a call",
      output:
        '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>{"city": "Paris"}<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
      expected: { calls: [paris] },
    },
    {
      title: "a thought that the prompt began, words and two calls",
      prompt: "<｜Assistant｜><think>",
      output:
        'Both.</think>Let me see.<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>{"city": "Oslo", "days": 3}<｜tool▁call▁end｜><｜tool▁call▁begin｜>add<｜tool▁sep｜>{"a": 1, "b": 2.5}<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
      expected: { thinking: "Both.", content: "Let me see.", calls: [oslo, sum] },
    },
    {
      title: "R1's form, with JSON in a block",
      output:
        '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n```json\n{"city": "Paris"}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
      expected: { calls: [paris] },
    },
    {
      title: "tags that are forgotten",
      output: '<｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>{"city": "Paris"}',
      expected: { calls: [paris] },
    },
    {
      title: "a call without arguments",
      output:
        "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>current-time<｜tool▁sep｜>{}<｜tool▁call▁end｜><｜tool▁calls▁end｜> ok",
      expected: { content: "ok", calls: [time] },
    },
  ]),
  ...of("deepseek 3.2", [
    {
      title: "a call",
      output:
        '<｜DSML｜function_calls>\n<｜DSML｜invoke name="get_weather">\n<｜DSML｜parameter name="city" string="true">Paris</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜function_calls>',
      expected: { calls: [paris] },
    },
    {
      title: "a thought and two calls with numbers",
      output:
        '<think>Both.</think>\n\n<｜DSML｜function_calls>\n<｜DSML｜invoke name="get_weather">\n<｜DSML｜parameter name="city" string="true">Oslo</｜DSML｜parameter>\n<｜DSML｜parameter name="days" string="false">3</｜DSML｜parameter>\n</｜DSML｜invoke>\n<｜DSML｜invoke name="add">\n<｜DSML｜parameter name="a" string="false">1</｜DSML｜parameter>\n<｜DSML｜parameter name="b" string="false">2.5</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜function_calls>',
      expected: { thinking: "Both.", calls: [oslo, sum] },
    },
    {
      title: "V4's outer tag, and no end",
      output:
        'Ok.\n<｜DSML｜tool_calls>\n<｜DSML｜invoke name="get_weather">\n<｜DSML｜parameter name="city" string="true">Paris</｜DSML｜parameter>\n',
      expected: { content: "Ok.", calls: [paris] },
    },
  ]),
  ...of("kimi k2", [
    {
      title: "a call",
      output:
        '<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>{"city": "Paris"}<|tool_call_end|><|tool_calls_section_end|>',
      expected: { calls: [paris] },
    },
    {
      title: "a thought, words and two calls",
      output:
        '<think>Both.</think>Let me see. <|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>{"city": "Oslo", "days": 3}<|tool_call_end|><|tool_call_begin|>functions.add:1<|tool_call_argument_begin|>{"a": 1, "b": 2.5}<|tool_call_end|><|tool_calls_section_end|>',
      expected: { thinking: "Both.", content: "Let me see.", calls: [oslo, sum] },
    },
    {
      title: "no section around the call",
      output:
        '<|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>{"city": "Paris"}<|tool_call_end|>',
      expected: { calls: [paris] },
    },
  ]),
  ...of("minimax m2", [
    {
      title: "a call",
      output:
        '<minimax:tool_call>\n<invoke name="get_weather">\n<parameter name="city">Paris</parameter>\n</invoke>\n</minimax:tool_call>',
      expected: { calls: [paris] },
    },
    {
      title: "a thought that the prompt began, and two calls",
      prompt: "]~b]ai\n<think>\n",
      output:
        'Both.\n</think>\n\n<minimax:tool_call>\n<invoke name="get_weather">\n<parameter name="city">Oslo</parameter>\n<parameter name="days">3</parameter>\n</invoke>\n<invoke name="add">\n<parameter name="a">1</parameter>\n<parameter name="b">2.5</parameter>\n</invoke>\n</minimax:tool_call>',
      expected: { thinking: "Both.", calls: [oslo, sum] },
    },
    {
      title: "a list, and an element inside of a text",
      output:
        '<minimax:tool_call>\n<invoke name="write_file">\n<parameter name="text"><a></parameter></a></parameter>\n<parameter name="tags">["x", "y"]</parameter>\n</invoke>\n</minimax:tool_call>',
      expected: {
        calls: [{ name: "write_file", arguments: { text: "<a></parameter></a>", tags: ["x", "y"] } }],
      },
    },
  ]),
  ...of("seed-oss", [
    {
      title: "a call",
      output:
        "<seed:tool_call>\n<function=get_weather>\n<parameter=city>Paris</parameter>\n</function>\n</seed:tool_call>",
      expected: { calls: [paris] },
    },
    {
      title: "a thought and a call",
      output:
        "<seed:think>Easy.</seed:think>\n<seed:tool_call>\n<function=add>\n<parameter=a>1</parameter>\n<parameter=b>2.5</parameter>\n</function>\n</seed:tool_call>",
      expected: { thinking: "Easy.", calls: [sum] },
    },
    {
      title: "a thought and words",
      output: "<seed:think>Easy.</seed:think>Yes.",
      expected: { thinking: "Easy.", content: "Yes." },
    },
    {
      title: "words and two calls, the last without its end",
      output:
        "Let me see.\n<seed:tool_call>\n<function=get_weather>\n<parameter=city>Paris</parameter>\n</function>\n</seed:tool_call>\n<seed:tool_call>\n<function=add>\n<parameter=a>1</parameter>\n<parameter=b>2.5</parameter>\n</function>",
      expected: { content: "Let me see.", calls: [paris, sum] },
    },
  ]),
  ...of("glm", [
    {
      title: "a call",
      output: "<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Paris</arg_value>\n</tool_call>",
      expected: { calls: [paris] },
    },
    {
      title: "a thought, words and two calls in one line each",
      output:
        "<think>Both.</think>\nLet me see.\n<tool_call>get_weather<arg_key>city</arg_key><arg_value>Oslo</arg_value><arg_key>days</arg_key><arg_value>3</arg_value></tool_call><tool_call>add<arg_key>a</arg_key><arg_value>1</arg_value><arg_key>b</arg_key><arg_value>2.5</arg_value></tool_call>",
      expected: { thinking: "Both.", content: "Let me see.", calls: [oslo, sum] },
    },
    {
      title: "a closing tag inside of a value",
      output: `<tool_call>write_file\n<arg_key>path</arg_key>\n<arg_value>a.js</arg_value>\n<arg_key>text</arg_key>\n<arg_value>${HARD}</arg_value>\n</tool_call>`,
      expected: { calls: [hard] },
    },
    {
      title: "a closing tag that is forgotten",
      output: "<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Paris</arg_value>",
      expected: { calls: [paris] },
    },
    {
      title: "tags of the arguments that are forgotten",
      output: "<tool_call>add\n<arg_key>a<arg_value>1\n<arg_key>b</arg_key>\n<arg_value>2.5</tool_call>",
      expected: { calls: [sum] },
    },
    {
      title: "no arguments, and a thought that the prompt began",
      prompt: "<|assistant|><think>",
      output: "What time?</think><tool_call>current-time</tool_call>",
      expected: { thinking: "What time?", calls: [time] },
    },
    {
      title: "a call that is cut",
      output: "<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Par",
      ending: "length",
      expected: {},
    },
  ]),
  ...of("qwen3-coder", [
    {
      title: "a call",
      output: "<tool_call>\n<function=get_weather>\n<parameter=city>\nParis\n</parameter>\n</function>\n</tool_call>",
      expected: { calls: [paris] },
    },
    {
      title: "a thought that the prompt began, words and two calls",
      prompt: "<|im_start|>assistant\n<think>\n",
      output:
        "Both.\n</think>\n\nLet me see.\n\n<tool_call>\n<function=get_weather>\n<parameter=city>\nOslo\n</parameter>\n<parameter=days>\n3\n</parameter>\n</function>\n</tool_call>\n<tool_call>\n<function=add>\n<parameter=a>\n1\n</parameter>\n<parameter=b>\n2.5\n</parameter>\n</function>\n</tool_call>",
      expected: { thinking: "Both.", content: "Let me see.", calls: [oslo, sum] },
    },
    {
      title: "a closing tag and elements inside of a text",
      output: `<tool_call>\n<function=write_file>\n<parameter=path>\na.js\n</parameter>\n<parameter=text>\n${HARD}\n</parameter>\n</function>\n</tool_call>`,
      expected: { calls: [hard] },
    },
    {
      title: "booleans, lists, objects and nothing",
      output:
        '<tool_call>\n<function=write_file>\n<parameter=force>\nTrue\n</parameter>\n<parameter=tags>\n["x", 1]\n</parameter>\n<parameter=mode>\n{"deep": null}\n</parameter>\n<parameter=path>\nnull\n</parameter>\n</function>\n</tool_call>',
      expected: {
        calls: [{ name: "write_file", arguments: { force: true, tags: ["x", 1], mode: { deep: null }, path: null } }],
      },
    },
    {
      title: "a call inside of a thought that is not closed",
      prompt: "<think>\n",
      output: "Hm.\n<tool_call>\n<function=current-time>\n</function>\n</tool_call>",
      expected: { thinking: "Hm.", calls: [time] },
    },
    {
      title: "the outer tag is forgotten",
      output: "<function=get_weather>\n<parameter=city>\nParis\n</parameter>\n</function>\n</tool_call>",
      expected: { calls: [paris] },
    },
    {
      title: "closing tags are forgotten",
      output: "<tool_call>\n<function=get_weather>\n<parameter=city>\nParis\n</function>\n</tool_call> ok",
      expected: { calls: [paris], content: "ok" },
    },
    {
      title: "JSON between its tags",
      output: `<tool_call>\n${OSLO}\n</tool_call>`,
      expected: { calls: [oslo] },
    },
    {
      title: "a call that is cut",
      output: "Ok.<tool_call>\n<function=get_weather>\n<parameter=city>\nPar",
      ending: "length",
      expected: { content: "Ok." },
    },
  ]),
  ...of("command-r7b", [
    {
      title: "a thought and an answer",
      output: "<|START_THINKING|>A greeting.<|END_THINKING|><|START_RESPONSE|>Hello!<|END_RESPONSE|>",
      expected: { thinking: "A greeting.", content: "Hello!" },
    },
    {
      title: "a plan and two calls",
      output:
        '<|START_THINKING|>I will ask.<|END_THINKING|><|START_ACTION|>[\n    {"tool_call_id": "0", "tool_name": "get_weather", "parameters": {"city": "Oslo", "days": 3}},\n    {"tool_call_id": "1", "tool_name": "add", "parameters": {"a": 1, "b": 2.5}}\n]<|END_ACTION|>',
      expected: { thinking: "I will ask.", calls: [oslo, sum] },
    },
    {
      title: "a thought that the prompt began, and a list that is not closed",
      prompt: "<|CHATBOT_TOKEN|><|START_THINKING|>",
      output:
        'Easy.<|END_THINKING|><|START_ACTION|>[{"tool_call_id": "0", "tool_name": "get_weather", "parameters": {"city": "Paris"}}',
      expected: { thinking: "Easy.", calls: [paris] },
    },
    {
      title: "the newer tags of an answer",
      output: "<|START_TEXT|>Hello!<|END_TEXT|><|END_OF_TURN_TOKEN|>",
      expected: { content: "Hello!" },
    },
  ]),
  ...of("command-r", [
    {
      title: "a call",
      output:
        'Action: ```json\n[\n    {\n        "tool_name": "get_weather",\n        "parameters": {"city": "Paris"}\n    }\n]```',
      expected: { calls: [paris] },
    },
    {
      title: "a plan and two calls",
      output:
        'Plan: I will ask.\nAction:\n```json\n[{"tool_name": "get_weather", "parameters": {"city": "Oslo", "days": 3}}, {"tool_name": "add", "parameters": {"a": 1, "b": 2.5}}]\n```',
      expected: { content: "Plan: I will ask.", calls: [oslo, sum] },
    },
    {
      title: "words with the sign in them",
      output: "Action: none.",
      expected: { content: "Action: none." },
    },
  ]),
  ...of("mistral", [
    { title: "a list", output: `[TOOL_CALLS] [${PARIS}, ${OSLO}]`, expected: { calls: [paris, oslo] } },
    {
      title: "Ministral 3's form, after a thought and words",
      output:
        '[THINK]Both.[/THINK]Let me see.[TOOL_CALLS]get_weather[ARGS]{"city": "Paris"}[TOOL_CALLS]add[ARGS]{"a": 1, "b": 2.5}',
      expected: { thinking: "Both.", content: "Let me see.", calls: [paris, sum] },
    },
    {
      title: "with the call's id",
      output: '[TOOL_CALLS]get_weather[CALL_ID]a1B2c3D4e[ARGS]{"city": "Oslo", "days": 3}',
      expected: { calls: [oslo] },
    },
    {
      title: "without the sign of the arguments",
      output: 'ok[TOOL_CALLS]get_weather{"city": "Paris"}',
      expected: { content: "ok", calls: [paris] },
    },
    {
      title: "a thought that the prompt began, and words after a call",
      prompt: "[/INST][THINK]",
      output: "Easy.[/THINK][TOOL_CALLS]current-time[ARGS]{} Wait.",
      expected: { thinking: "Easy.", calls: [time], content: "Wait." },
    },
    {
      title: "a list with a comma too many and a bracket too few",
      output: `[TOOL_CALLS][${PARIS}, {"name": "get_weather", "arguments": {"city": "Oslo", "days": 3,}}`,
      expected: { calls: [paris, oslo] },
    },
    {
      title: "a call that is cut",
      output: '[TOOL_CALLS]get_weather[ARGS]{"city": "Par',
      ending: "length",
      expected: {},
    },
  ]),
  ...of("granite 3, phi-4-mini", [
    { title: "Granite's list", output: `<|tool_call|>[${PARIS}, ${OSLO}]`, expected: { calls: [paris, oslo] } },
    {
      title: "Phi's list",
      output: `<|tool_call|>[${OSLO}]<|/tool_call|>`,
      expected: { calls: [oslo] },
    },
    {
      title: "Phi's list as its own template writes it, with a bracket too few",
      output: '<|tool_call|>[{"name":"get_weather","arguments":{"city":"Paris"}]<|/tool_call|>',
      expected: { calls: [paris] },
    },
    {
      title: "Granite 3.3's thought and answer",
      output: "<think>A greeting.</think>\n<response>Hello!</response>",
      expected: { thinking: "A greeting.", content: "Hello!" },
    },
    {
      title: "Granite 3.2's thought and answer",
      output: "Here is my thought process:\n\nA greeting.\n\nHere is my response:\n\nHello!",
      expected: { thinking: "A greeting.", content: "Hello!" },
    },
    {
      title: "words, the other tag and arguments as text",
      output: 'Let me see. <tool_call>[{"name": "get_weather", "arguments": "{\\"city\\": \\"Paris\\"}"}]',
      expected: { content: "Let me see.", calls: [paris] },
    },
    { title: "a text that is hard to read", output: `<|tool_call|>[${HARD_JSON}]`, expected: { calls: [hard] } },
  ]),
  ...of("nemotron nano 2", [
    { title: "a list", output: `<TOOLCALL>[${PARIS}, ${OSLO}]</TOOLCALL>`, expected: { calls: [paris, oslo] } },
    {
      title: "a thought, words and a call",
      output: `<think>Easy.</think>\n\nLet me see.\n<TOOLCALL>[${PARIS}]</TOOLCALL>\n`,
      expected: { thinking: "Easy.", content: "Let me see.", calls: [paris] },
    },
    { title: "no end", output: `<TOOLCALL>[${PARIS}`, expected: { calls: [paris] } },
  ]),
  ...of("nemotron mini", [
    { title: "a call", output: `<toolcall> ${PARIS} </toolcall>`, expected: { calls: [paris] } },
    {
      title: "two calls",
      output: `<toolcall> ${PARIS} </toolcall> <toolcall> ${OSLO} </toolcall>`,
      expected: { calls: [paris, oslo] },
    },
    {
      title: "words and a call",
      output: `Ok. <toolcall> ${OSLO} </toolcall>`,
      expected: { content: "Ok.", calls: [oslo] },
    },
  ]),
  ...of("apriel", [
    { title: "a list", output: `<tool_calls>[${PARIS}, ${OSLO}]</tool_calls>`, expected: { calls: [paris, oslo] } },
    {
      title: "a thought and an answer",
      output: "Here are my reasoning steps:\nEasy.\n[BEGIN FINAL RESPONSE]\nYes.",
      expected: { thinking: "Easy.", content: "Yes." },
    },
    {
      title: "words and a call",
      output: `Ok.\n<tool_calls>[${OSLO}]</tool_calls>`,
      expected: { content: "Ok.", calls: [oslo] },
    },
  ]),
  ...of("firefunction", [
    { title: "a list", output: ` functools[${PARIS}, ${OSLO}]`, expected: { calls: [paris, oslo] } },
    { title: "words and a call", output: `Ok. functools[${OSLO}]`, expected: { content: "Ok.", calls: [oslo] } },
    { title: "words", output: "Use functools.", expected: { content: "Use functools." } },
  ]),
  ...of("lfm2", [
    {
      title: "a call",
      output: '<|tool_call_start|>[get_weather(city="Paris")]<|tool_call_end|>',
      expected: { calls: [paris] },
    },
    {
      title: "a thought, two calls and words",
      output:
        "<think>Both.</think><|tool_call_start|>[get_weather(city='Oslo', days=3), add(a=1, b=2.5)]<|tool_call_end|>I am asking.",
      expected: { thinking: "Both.", calls: [oslo, sum], content: "I am asking." },
    },
    {
      title: "lists, words of Python and brackets inside of a text",
      output:
        '<|tool_call_start|>[write_file(path="a) b, c", force=True, tags=["x", "y"], mode={"deep": None}), current-time()]<|tool_call_end|>',
      expected: {
        calls: [
          {
            name: "write_file",
            arguments: { path: "a) b, c", force: true, tags: ["x", "y"], mode: { deep: null } },
          },
          time,
        ],
      },
    },
  ]),
  ...of("olmo 3", [
    {
      title: "a call",
      output: '<function_calls>get_weather(city="Paris")</function_calls>',
      expected: { calls: [paris] },
    },
    {
      title: "a call on each line",
      output: 'Ok.<function_calls>get_weather(city="Oslo", days=3)\nadd(a=1, b=2.5)</function_calls>',
      expected: { content: "Ok.", calls: [oslo, sum] },
    },
    {
      title: "a thought and no end",
      output: "<think>Easy.</think><function_calls>current-time()",
      expected: { thinking: "Easy.", calls: [time] },
    },
  ]),
  ...of("lfm2.5", [
    {
      title: "a call",
      output: "<|tool_call_start|>[get_weather(city='Paris')]<|tool_call_end|>",
      expected: { calls: [paris] },
    },
    {
      title: "a thought and two calls",
      output:
        '<think>Both.</think><|tool_call_start|>[get_weather(city="Oslo", days=3), add(a=1, b=2.5)]<|tool_call_end|>',
      expected: { thinking: "Both.", calls: [oslo, sum] },
    },
    { title: "words", output: "[get_weather] is a tool.", expected: { content: "[get_weather] is a tool." } },
  ]),
  ...of("apertus", [
    {
      title: "a call",
      output: '<|tools_prefix|>[{"get_weather": {"city": "Paris"}}]<|tools_suffix|>',
      expected: { calls: [paris] },
    },
    {
      title: "a thought, two calls and words",
      output:
        '<|inner_prefix|>Both.<|inner_suffix|><|tools_prefix|>[{"get_weather": {"city": "Oslo", "days": 3}}, {"add": {"a": 1, "b": 2.5}}]<|tools_suffix|>Asked.',
      expected: { thinking: "Both.", calls: [oslo, sum], content: "Asked." },
    },
    {
      title: "no end",
      output: 'Ok.<|tools_prefix|>[{"current-time": {}}',
      expected: { content: "Ok.", calls: [time] },
    },
  ]),
  ...of("gigachat 3", [
    { title: "a call", output: `<|message_sep|>\n\nfunction call<|role_sep|>\n${PARIS}`, expected: { calls: [paris] } },
    {
      title: "words and a call",
      output: `Let me see.<|message_sep|>\n\nfunction call<|role_sep|>\n${OSLO}<|message_sep|>\n\n`,
      expected: { content: "Let me see.", calls: [oslo] },
    },
    {
      title: "the newer token",
      output: `<|function_call|>${HARD_JSON}<|message_sep|>`,
      expected: { calls: [hard] },
    },
  ]),
  ...of("minicpm 5", [
    {
      title: "a call",
      output: '<function name="get_weather"><param name="city">Paris</param></function>',
      expected: { calls: [paris] },
    },
    {
      title: "a thought and two calls",
      output:
        '<think>\nBoth.\n</think>\n<function name="get_weather"><param name="city">Oslo</param><param name="days">3</param></function>\n<function name="add"><param name="a">1</param><param name="b">2.5</param></function>',
      expected: { thinking: "Both.", calls: [oslo, sum] },
    },
    {
      title: "a text that is marked as such",
      output: `<function name="write_file"><param name="path">a.js</param><param name="text"><![CDATA[${HARD}]]></param></function>`,
      expected: { calls: [hard] },
    },
  ]),
  ...of("solar open", [
    {
      title: "a call",
      output:
        '<|tool_calls|><|tool_call:begin|>a1b2c3d4e5<|tool_call:name|>get_weather<|tool_call:args|>{"city": "Paris"}<|tool_call:end|><|calls|>',
      expected: { calls: [paris] },
    },
    {
      title: "a thought and two calls",
      output:
        '<|think|>Both.<|end|><|begin|>assistant<|tool_calls|><|tool_call:begin|>a1b2c3d4e5<|tool_call:name|>get_weather<|tool_call:args|>{"city": "Oslo", "days": 3}<|tool_call:end|><|tool_call:begin|>b1b2c3d4e5<|tool_call:name|>add<|tool_call:args|>{"a": 1, "b": 2.5}<|tool_call:end|><|calls|>',
      expected: { thinking: "Both.", calls: [oslo, sum] },
    },
    {
      title: "a thought and an answer",
      output: "<|think|>Easy.<|end|><|begin|>assistant<|content|>Yes.",
      expected: { thinking: "Easy.", content: "Yes." },
    },
  ]),
  ...of("muse glimmer", [
    {
      title: "a thought and an answer",
      output: " to=self<|message|>A greeting.<|eom|><|start|>assistant to=user<|message|>Hello!<|eot|>",
      expected: { thinking: "A greeting.", content: "Hello!" },
    },
    {
      title: "a call",
      output:
        ' to=get_weather<|message|><atem:function_calls>\n<atem:invoke name="get_weather">\n<atem:parameter name="city">Paris</atem:parameter>\n</atem:invoke>\n</atem:function_calls>',
      expected: { calls: [paris] },
    },
    {
      title: "a thought and two calls",
      output:
        ' to=self<|message|>Both.<|eom|><|start|>assistant to=get_weather<|message|><atem:function_calls>\n<atem:invoke name="get_weather">\n<atem:parameter name="city">Oslo</atem:parameter>\n<atem:parameter name="days">3</atem:parameter>\n</atem:invoke>\n</atem:function_calls><|eom|><|start|>assistant to=add<|message|><atem:function_calls>\n<atem:invoke name="add">\n<atem:parameter name="a">1</atem:parameter>\n<atem:parameter name="b">2.5</atem:parameter>\n</atem:invoke>\n</atem:function_calls>',
      expected: { thinking: "Both.", calls: [oslo, sum] },
    },
  ]),
  ...of("functionary", [
    { title: "an answer", output: "all\nHello >> you!", expected: { content: "Hello >> you!" } },
    { title: "a call", output: 'get_weather\n{"city": "Paris"}', expected: { calls: [paris] } },
    {
      title: "words and two calls",
      output: 'all\nLet me see.>>>get_weather\n{"city": "Oslo", "days": 3}>>>add\n{"a": 1, "b": 2.5}',
      expected: { content: "Let me see.", calls: [oslo, sum] },
    },
    { title: "a call that is cut", output: 'get_weather\n{"city": "Par', ending: "length", expected: {} },
  ]),
  ...of("kimi k3", [
    {
      title: "an answer behind a thought that the prompt began",
      prompt: "<|open|>think<|sep|>",
      output: "Easy.<|close|>think<|sep|><|open|>response<|sep|>Yes.<|close|>response<|sep|>",
      expected: { thinking: "Easy.", content: "Yes." },
    },
    {
      title: "a call",
      output:
        '<|open|>tools<|sep|><|open|>call tool="get_weather" index="1"<|sep|><|open|>argument key="city" type="string"<|sep|>Paris<|close|>argument<|sep|><|close|>call<|sep|><|close|>tools<|sep|>',
      expected: { calls: [paris] },
    },
    {
      title: "a thought and two calls, the last without its end",
      output:
        '<|open|>think<|sep|>Both.<|close|>think<|sep|><|open|>tools<|sep|><|open|>call tool="get_weather" index="1"<|sep|><|open|>argument key="city" type="string"<|sep|>Oslo<|close|>argument<|sep|><|open|>argument key="days" type="number"<|sep|>3<|close|>argument<|sep|><|close|>call<|sep|><|open|>call tool="add" index="2"<|sep|><|open|>argument key="a" type="number"<|sep|>1<|close|>argument<|sep|><|open|>argument key="b" type="number"<|sep|>2.5<|close|>argument<|sep|>',
      expected: { thinking: "Both.", calls: [oslo, sum] },
    },
  ]),
  ...of("minimax m3", [
    {
      title: "a call",
      output:
        ']<]minimax[>[<tool_call>\n]<]minimax[>[<invoke name="get_weather">]<]minimax[>[<city>Paris]<]minimax[>[</city>]<]minimax[>[</invoke>\n]<]minimax[>[</tool_call>',
      expected: { calls: [paris] },
    },
    {
      title: "a thought and two calls",
      output:
        '<mm:think>Both.</mm:think>]<]minimax[>[<tool_call>\n]<]minimax[>[<invoke name="get_weather">]<]minimax[>[<city>Oslo]<]minimax[>[</city>]<]minimax[>[<days>3]<]minimax[>[</days>]<]minimax[>[</invoke>\n]<]minimax[>[<invoke name="add">]<]minimax[>[<a>1]<]minimax[>[</a>]<]minimax[>[<b>2.5]<]minimax[>[</b>]<]minimax[>[</invoke>\n]<]minimax[>[</tool_call>',
      expected: { thinking: "Both.", calls: [oslo, sum] },
    },
    {
      title: "a list and tags inside of a text",
      output: `Ok.]<]minimax[>[<tool_call>\n]<]minimax[>[<invoke name="write_file">]<]minimax[>[<text>${HARD}]<]minimax[>[</text>]<]minimax[>[<tags>]<]minimax[>[<item>x]<]minimax[>[</item>]<]minimax[>[<item>y]<]minimax[>[</item>]<]minimax[>[</tags>]<]minimax[>[</invoke>\n`,
      expected: {
        content: "Ok.",
        calls: [{ name: "write_file", arguments: { text: HARD, tags: ["x", "y"] } }],
      },
    },
  ]),
  ...of("hunyuan 3", [
    {
      title: "a call",
      output:
        "<tool_calls:opensource>\n<tool_call:opensource>get_weather<tool_sep:opensource>\n<arg_key:opensource>city</arg_key:opensource>\n<arg_value:opensource>Paris</arg_value:opensource>\n</tool_call:opensource>\n</tool_calls:opensource>",
      expected: { calls: [paris] },
    },
    {
      title: "a thought and two calls",
      output:
        "<think:opensource>Both.</think:opensource><tool_calls:opensource>\n<tool_call:opensource>get_weather<tool_sep:opensource>\n<arg_key:opensource>city</arg_key:opensource>\n<arg_value:opensource>Oslo</arg_value:opensource>\n<arg_key:opensource>days</arg_key:opensource>\n<arg_value:opensource>3</arg_value:opensource>\n</tool_call:opensource>\n<tool_call:opensource>add<tool_sep:opensource>\n<arg_key:opensource>a</arg_key:opensource>\n<arg_value:opensource>1</arg_value:opensource>\n<arg_key:opensource>b</arg_key:opensource>\n<arg_value:opensource>2.5</arg_value:opensource>\n</tool_call:opensource>\n</tool_calls:opensource>",
      expected: { thinking: "Both.", calls: [oslo, sum] },
    },
    {
      title: "a closing tag that is forgotten",
      output:
        "Ok.<tool_call:opensource>get_weather<tool_sep:opensource>\n<arg_key:opensource>city</arg_key:opensource>\n<arg_value:opensource>Paris</arg_value:opensource>",
      expected: { content: "Ok.", calls: [paris] },
    },
  ]),
  ...of("qwen3", [
    { title: "a call", output: `<tool_call>\n${PARIS}\n</tool_call>`, expected: { calls: [paris] } },
    {
      title: "a thought, words and two calls",
      prompt: "<think>\n",
      output: `Both.\n</think>\n\nLet me see.\n<tool_call>\n${OSLO}\n</tool_call>\n<tool_call>\n${HARD_JSON}\n</tool_call>`,
      expected: { thinking: "Both.", content: "Let me see.", calls: [oslo, hard] },
    },
    {
      title: "a bracket too few and quotes of the other kind",
      output: "<tool_call>\n{'name': 'get_weather', 'arguments': {'city': 'Paris'}\n</tool_call> ok",
      expected: { calls: [paris], content: "ok" },
    },
    {
      title: "a quote that nobody escaped",
      output: '<tool_call>{"name": "write_file", "arguments": {"path": "a.js", "text": "say "hi" now"}}</tool_call>',
      expected: { calls: [{ name: "write_file", arguments: { path: "a.js", text: 'say "hi" now' } }] },
    },
    {
      title: "a line break inside of a text",
      output: '<tool_call>{"name": "write_file", "arguments": {"path": "a.js", "text": "one\ntwo"}}</tool_call>',
      expected: { calls: [{ name: "write_file", arguments: { path: "a.js", text: "one\ntwo" } }] },
    },
  ]),
];
