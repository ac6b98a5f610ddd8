import { type FamilySample, HARD, hard, OSLO, oslo, PARIS, paris, sum, time } from "./family-samples.js";

/*
 * Models that share the way of a family, each with outputs as its own makers publish them: the newer ones of a family
 * write the same tags with other spaces, and begin their thoughts elsewhere.
 */

/** An output of a model that a family is not named after. */
export interface ModelSample extends FamilySample {
  model: string;
  /** The `parser` that a manifest of Ollama's library names for it, if any. */
  parser?: string;
}

type Models = Pick<ModelSample, "model" | "parser" | "family">;
const of = (models: Models, samples: readonly Omit<ModelSample, keyof Models>[]): ModelSample[] =>
  samples.map((sample) => ({ ...models, ...sample }));

export const MODEL_SAMPLES: readonly ModelSample[] = [
  ...of({ model: "qwen 3.5", parser: "qwen3.5", family: "qwen3-coder" }, [
    {
      title: "an answer behind a thought that the prompt began",
      prompt: "<|im_start|>assistant\n<think>\n",
      output: "A greeting.\n</think>\n\nHello!",
      expected: { thinking: "A greeting.", content: "Hello!" },
    },
    {
      title: "two calls behind a thought",
      prompt: "<|im_start|>assistant\n<think>\n",
      output:
        "Both.\n</think>\n\n<tool_call>\n<function=get_weather>\n<parameter=city>\nParis\n</parameter>\n</function>\n</tool_call>\n<tool_call>\n<function=current-time>\n</function>\n</tool_call>",
      expected: { thinking: "Both.", calls: [paris, time] },
    },
    {
      title: "no thought, and a text of many lines",
      prompt: "<|im_start|>assistant\n<think>\n\n</think>\n\n",
      output: `<tool_call>\n<function=write_file>\n<parameter=path>\na.js\n</parameter>\n<parameter=text>\n${HARD}\n</parameter>\n</function>\n</tool_call>`,
      expected: { calls: [hard] },
    },
  ]),
  ...of({ model: "nemotron 3", parser: "nemotron-3-nano", family: "qwen3-coder" }, [
    {
      title: "an answer behind a thought that the prompt began",
      prompt: "<|im_start|>assistant\n<think>\n",
      output: "A greeting.\n</think>\nHello!",
      expected: { thinking: "A greeting.", content: "Hello!" },
    },
    {
      title: "a call behind a thought",
      prompt: "<|im_start|>assistant\n<think>\n",
      output:
        "Need weather.\n</think>\n<tool_call>\n<function=get_weather>\n<parameter=city>\nOslo\n</parameter>\n<parameter=days>\n3\n</parameter>\n</function>\n</tool_call>\n",
      expected: { thinking: "Need weather.", calls: [oslo] },
    },
    {
      title: "words, and numbers without line breaks",
      prompt: "<|im_start|>assistant\n<think></think>",
      output:
        "Let me add.\n<tool_call><function=add><parameter=a>1</parameter><parameter=b>2.5</parameter></function></tool_call>",
      expected: { content: "Let me add.", calls: [sum] },
    },
    {
      title: "a thought, words and two calls, the last without its end",
      prompt: "<|im_start|>assistant\n<think>\n",
      output:
        "Both.\n</think>\nLet me see.\n<tool_call>\n<function=get_weather>\n<parameter=city>\nParis\n</parameter>\n</function>\n</tool_call>\n<tool_call>\n<function=add>\n<parameter=a>\n1\n</parameter>\n<parameter=b>\n2.5\n</parameter>\n</function>",
      expected: { thinking: "Both.", content: "Let me see.", calls: [paris, sum] },
    },
  ]),
  ...of({ model: "glm 4.6", parser: "glm-4.6", family: "glm" }, [
    {
      title: "an answer behind a thought",
      output: "\n<think>A greeting.</think>\nHello!",
      expected: { thinking: "A greeting.", content: "Hello!" },
    },
    {
      title: "a call with a line for each tag",
      output:
        "\n<think>Need weather.</think>\n<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Oslo</arg_value>\n<arg_key>days</arg_key>\n<arg_value>3</arg_value>\n</tool_call>",
      expected: { thinking: "Need weather.", calls: [oslo] },
    },
    {
      title: "two calls behind an empty thought",
      output:
        "\n<think></think>\nBoth.\n<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Paris</arg_value>\n</tool_call>\n<tool_call>current-time\n</tool_call>",
      expected: { content: "Both.", calls: [paris, time] },
    },
  ]),
  ...of({ model: "glm 4.7", parser: "glm-4.7", family: "glm" }, [
    {
      title: "an answer behind a thought that the prompt began",
      prompt: "<|assistant|><think>",
      output: "A greeting.</think>Hello!",
      expected: { thinking: "A greeting.", content: "Hello!" },
    },
    {
      title: "two calls in one line",
      prompt: "<|assistant|><think>",
      output:
        "Both.</think><tool_call>get_weather<arg_key>city</arg_key><arg_value>Paris</arg_value></tool_call><tool_call>add<arg_key>a</arg_key><arg_value>1</arg_value><arg_key>b</arg_key><arg_value>2.5</arg_value></tool_call>",
      expected: { thinking: "Both.", calls: [paris, sum] },
    },
    {
      title: "no thought, and a text that is hard to read",
      prompt: "<|assistant|></think>",
      output: `<tool_call>write_file<arg_key>path</arg_key><arg_value>a.js</arg_value><arg_key>text</arg_key><arg_value>${HARD}</arg_value></tool_call>`,
      expected: { calls: [hard] },
    },
  ]),
  ...of({ model: "granite 3", family: "granite 3, phi-4-mini" }, [
    {
      title: "3.0 and 3.1: a list",
      output: `<|tool_call|>[${PARIS}, ${OSLO}]`,
      expected: { calls: [paris, oslo] },
    },
    {
      title: "3.2: a space behind the tag",
      output: `<|tool_call|> [${OSLO}]`,
      expected: { calls: [oslo] },
    },
    {
      title: "3.3: a thought and an answer in tags",
      output: "<think>A greeting.</think><response>Hello!</response>",
      expected: { thinking: "A greeting.", content: "Hello!" },
    },
  ]),
  ...of({ model: "phi-4-mini", family: "granite 3, phi-4-mini" }, [
    { title: "a call", output: `<|tool_call|>[${PARIS}]<|/tool_call|>`, expected: { calls: [paris] } },
    {
      title: "two calls",
      output: `<|tool_call|>[${PARIS},${OSLO}]<|/tool_call|>`,
      expected: { calls: [paris, oslo] },
    },
    {
      title: "words before a call",
      output: `I will look.<|tool_call|>[${OSLO}]<|/tool_call|>`,
      expected: { content: "I will look.", calls: [oslo] },
    },
  ]),
  ...of({ model: "ministral 3", parser: "ministral", family: "mistral" }, [
    {
      title: "a thought and an answer",
      output: "[THINK]A greeting.[/THINK]Hello!",
      expected: { thinking: "A greeting.", content: "Hello!" },
    },
    {
      title: "a thought and a call",
      output: '[THINK]Need weather.[/THINK][TOOL_CALLS]get_weather[ARGS]{"city": "Paris"}',
      expected: { thinking: "Need weather.", calls: [paris] },
    },
    {
      title: "two calls",
      output: '[TOOL_CALLS]get_weather[ARGS]{"city": "Oslo", "days": 3}[TOOL_CALLS]current-time[ARGS]{}',
      expected: { calls: [oslo, time] },
    },
  ]),
];
