import { FunctionaryParser } from "./functionary-parser.js";
import { HarmonyParser } from "./harmony-parser.js";
import { OfferedTools } from "./offered-tools.js";
import type { OutputParser } from "./output-parser.js";
import {
  apertusSyntax,
  aprielSyntax,
  cohereSyntax,
  commandRSyntax,
  deepSeekMarkupSyntax,
  deepSeekSyntax,
  functionGemmaSyntax,
  functoolsSyntax,
  gemma4Syntax,
  gigaChatSyntax,
  glmSyntax,
  hunyuanSyntax,
  kimiK3Syntax,
  kimiSyntax,
  lfm2Syntax,
  listTokenSyntax,
  miniCpmSyntax,
  miniMaxM3Syntax,
  miniMaxSyntax,
  mistralSyntax,
  nemotronSyntax,
  olmo3Syntax,
  qwen3Syntax,
  qwenXmlSyntax,
  seedSyntax,
  solarSyntax,
} from "./output-syntaxes.js";
import { type OutputSyntax, TaggedParser, type ThoughtSyntax } from "./tagged-parser.js";

/** What a parser is made for. */
export interface ParserRequest {
  tools: OfferedTools;
  /** What the model continues: it may have begun a thought. */
  prompt: string;
}

/** Models that write thoughts and calls in a way of their own. */
export interface ModelFamily {
  readonly name: string;
  /** By which names the `parser` of a manifest asks for it. */
  readonly parsers: readonly string[];
  /** Whether a chat template, in Jinja or Go, teaches this way. */
  readonly matches: (template: string) => boolean;
  readonly createParser: (request: ParserRequest) => OutputParser;
  /** It writes the tags of a thought whether it was asked to think or not. */
  readonly alwaysThinks: boolean;
  /** What may come before an answer that keeps to a format. */
  readonly thought: (prompt: string) => { open: string; close: string; opened: boolean } | undefined;
}

interface TaggedFamily {
  name: string;
  /** What its templates have, all of it. */
  signs: readonly string[];
  parsers?: readonly string[];
  syntax: (tools: OfferedTools) => OutputSyntax;
}

const NO_TOOLS = new OfferedTools([]);

function tagged({ name, signs, parsers = [], syntax }: TaggedFamily): ModelFamily {
  return {
    name,
    parsers,
    matches: (template) => signs.length > 0 && signs.every((sign) => template.includes(sign)),
    alwaysThinks: false,
    createParser: ({ tools, prompt }) => {
      const known = syntax(tools);
      return new TaggedParser(known, openedThought(known.thoughts, prompt));
    },
    thought: (prompt) => {
      const { thoughts } = syntax(NO_TOOLS);
      const opened = openedThought(thoughts, prompt);
      const thought = opened ?? thoughts[0];
      if (thought === undefined) return undefined;
      return { open: thought.open + (thought.label ?? ""), close: thought.close, opened: opened !== undefined };
    },
  };
}

function openedThought(thoughts: readonly ThoughtSyntax[], prompt: string): ThoughtSyntax | undefined {
  const end = prompt.trimEnd();
  return thoughts.find(({ open, label = "" }) => end.endsWith(open) || end.endsWith((open + label).trimEnd()));
}

const HARMONY: ModelFamily = {
  name: "gpt-oss",
  parsers: ["harmony"],
  matches: (template) => template.includes("<|channel|>") && template.includes("<|message|>"),
  alwaysThinks: true,
  createParser: ({ tools, prompt }) => new HarmonyParser(tools, prompt),
  thought: () => ({
    open: "<|channel|>analysis<|message|>",
    close: "<|start|>assistant<|channel|>final<|message|>",
    opened: false,
  }),
};

const MUSE: ModelFamily = {
  ...HARMONY,
  name: "muse glimmer",
  parsers: [],
  matches: (template) => template.includes("<atem:function_calls>"),
  thought: () => ({
    open: " to=self<|message|>",
    close: "<|start|>assistant to=user<|message|>",
    opened: false,
  }),
};

const FUNCTIONARY: ModelFamily = {
  name: "functionary",
  parsers: [],
  matches: (template) => template.includes(">>>all"),
  alwaysThinks: false,
  createParser: () => new FunctionaryParser(),
  thought: () => undefined,
};

/** The known families; the first that matches a template is taken. To add one, write its syntax and put it here. */
export const MODEL_FAMILIES: readonly ModelFamily[] = [
  HARMONY,
  MUSE,
  FUNCTIONARY,
  tagged({
    name: "gemma 4",
    signs: ["<|tool_call>"],
    parsers: ["gemma4", "gemma4-no-thinking"],
    syntax: gemma4Syntax,
  }),
  tagged({
    name: "functiongemma",
    signs: ["<start_function_call>"],
    parsers: ["functiongemma"],
    syntax: functionGemmaSyntax,
  }),
  tagged({ name: "deepseek 3.2", signs: ["｜DSML｜"], syntax: deepSeekMarkupSyntax }),
  tagged({
    name: "deepseek 3.1",
    signs: ["<｜tool▁calls▁begin｜>"],
    parsers: ["deepseek3", "cogito"],
    syntax: deepSeekSyntax,
  }),
  tagged({
    name: "kimi k3",
    signs: ["<|open|>", "<|close|>", "<|end_of_msg|>"],
    syntax: kimiK3Syntax,
  }),
  tagged({ name: "minimax m3", signs: ["]<]minimax[>["], syntax: miniMaxM3Syntax }),
  tagged({ name: "hunyuan 3", signs: ["HYTK", "arg_key"], syntax: hunyuanSyntax }),
  tagged({ name: "kimi k2", signs: ["<|tool_calls_section_begin|>"], syntax: kimiSyntax }),
  tagged({ name: "minimax m2", signs: ["<minimax:tool_call>"], syntax: miniMaxSyntax }),
  tagged({ name: "seed-oss", signs: ["<seed:tool_call>"], syntax: seedSyntax }),
  tagged({
    name: "glm",
    signs: ["<arg_key>"],
    parsers: ["glm-4.6", "glm-4.7", "laguna", "poolside-v1"],
    syntax: glmSyntax,
  }),
  tagged({
    name: "qwen3-coder",
    signs: ["<function=", "<parameter="],
    parsers: ["qwen3-coder", "qwen3.5", "ornith", "nemotron-3-nano", "nemotron-3.5-nano"],
    syntax: qwenXmlSyntax,
  }),
  tagged({ name: "command-r7b", signs: ["<|START_ACTION|>"], parsers: ["cohere"], syntax: cohereSyntax }),
  tagged({ name: "command-r", signs: ["Action:", "tool_name"], syntax: commandRSyntax }),
  tagged({ name: "mistral", signs: ["[TOOL_CALLS]"], parsers: ["ministral"], syntax: mistralSyntax }),
  tagged({ name: "granite 3, phi-4-mini", signs: ["<|tool_call|>"], syntax: listTokenSyntax }),
  tagged({ name: "nemotron nano 2", signs: ["<TOOLCALL>"], syntax: nemotronSyntax }),
  tagged({ name: "nemotron mini", signs: ["<toolcall>"], syntax: nemotronSyntax }),
  tagged({ name: "apriel", signs: ["<tool_calls>"], syntax: aprielSyntax }),
  tagged({ name: "firefunction", signs: ["functools"], syntax: functoolsSyntax }),
  tagged({
    name: "lfm2",
    signs: ["<|tool_list_start|>"],
    parsers: ["lfm2", "lfm2-thinking"],
    syntax: lfm2Syntax,
  }),
  tagged({ name: "lfm2.5", signs: ["List of tools: ["], syntax: lfm2Syntax }),
  tagged({ name: "apertus", signs: ["<|tools_prefix|>"], syntax: apertusSyntax }),
  tagged({ name: "gigachat 3", signs: ["<|role_sep|>", "<|message_sep|>"], syntax: gigaChatSyntax }),
  tagged({ name: "minicpm 5", signs: ['<function name="', '<param name="'], syntax: miniCpmSyntax }),
  tagged({ name: "solar open", signs: ["<|tool_call:begin|>"], syntax: solarSyntax }),
  tagged({ name: "olmo 3", signs: ["<function_calls>"], parsers: ["olmo3", "olmo3-think"], syntax: olmo3Syntax }),
  tagged({
    name: "qwen3",
    signs: [],
    parsers: ["qwen3", "qwen3-thinking", "qwen3-vl-instruct", "qwen3-vl-thinking"],
    syntax: qwen3Syntax,
  }),
];

/** The parsers of Ollama for models that do not think, or that call no tools. */
const WITHOUT_THINKING: ReadonlySet<string> = new Set([
  "functiongemma",
  "gemma4-no-thinking",
  "lfm2",
  "ministral",
  "olmo3",
  "qwen3",
  "qwen3-coder",
  "qwen3-vl-instruct",
]);
const WITHOUT_TOOLS: ReadonlySet<string> = new Set(["olmo3-think"]);

/** What a model can do because its manifest names this parser, as a real server reports it. */
export function parserCapabilities(parser: string): ("tools" | "thinking")[] {
  if (!MODEL_FAMILIES.some(({ parsers }) => parsers.includes(parser))) return [];
  return [
    ...(WITHOUT_TOOLS.has(parser) ? [] : (["tools"] as const)),
    ...(WITHOUT_THINKING.has(parser) ? [] : (["thinking"] as const)),
  ];
}

/** What decides which family a model is of. */
export interface FamilySigns {
  /** The parser that the manifest names. */
  parser?: string | undefined;
  /** The template that makes its prompts. */
  template: string;
}

/** The family of a model: the one that its manifest names, or the one that its template teaches. */
export function modelFamilyOf({ parser, template }: FamilySigns): ModelFamily | undefined {
  const named = parser === undefined ? undefined : MODEL_FAMILIES.find(({ parsers }) => parsers.includes(parser));
  return named ?? MODEL_FAMILIES.find((family) => family.matches(template));
}
