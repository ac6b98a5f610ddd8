import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HermesToolParser } from "./hermes-tool-parser.js";
import { LlamaToolParser } from "./llama-tool-parser.js";
import { type OutputParser, type ParsedOutput, PlainParser } from "./output-parser.js";
import { PipedParser } from "./piped-parser.js";
import { ThinkingParser } from "./thinking-parser.js";

const NAMES = new Set(["get_weather", "add"]);
const WEATHER = '{"name": "get_weather", "arguments": {"city": "Paris"}}';
const weatherCall = { type: "toolCall", call: { name: "get_weather", arguments: { city: "Paris" } } } as const;
const addCall = { type: "toolCall", call: { name: "add", arguments: { a: 1, b: 2 } } } as const;

function thinkingHermes(): OutputParser {
  return new PipedParser(new ThinkingParser(), new HermesToolParser(NAMES));
}

/** Feeds pieces and joins neighbouring texts of one kind. */
function parse(parser: OutputParser, pieces: string[], reason: "stop" | "length" = "stop"): ParsedOutput[] {
  const parsed = [...pieces.flatMap((piece) => parser.push(piece)), ...parser.finish(reason)];
  const joined: ParsedOutput[] = [];
  for (const part of parsed) {
    const last = joined.at(-1);
    if (part.type !== "toolCall" && last?.type === part.type) {
      joined.splice(-1, 1, { type: part.type, text: last.text + part.text });
    } else joined.push(part);
  }
  return joined;
}

const content = (text: string) => ({ type: "content", text });
const thinking = (text: string) => ({ type: "thinking", text });

const CASES: [title: string, create: () => OutputParser, output: string, expected: object[]][] = [
  ["no thought", () => new ThinkingParser(), "Hello <think>", [content("Hello <think>")]],
  ["a thought", () => new ThinkingParser(), "<think>\nHm.\n</think>\n\nYes.", [thinking("Hm.\n"), content("Yes.")]],
  ["a thought that is cut", () => new ThinkingParser(), "<think>\nHm. </thi", [thinking("Hm. </thi")]],
  [
    "a thought that the prompt began",
    () => new ThinkingParser(undefined, true),
    "Hm.</think>Yes",
    [thinking("Hm."), content("Yes")],
  ],
  ["an empty thought", () => new ThinkingParser(), "<think>\n\n</think>\n\nYes", [content("Yes")]],
  ["a call", () => new HermesToolParser(NAMES), `<tool_call>\n${WEATHER}\n</tool_call>`, [weatherCall]],
  [
    "two calls after words",
    () => new HermesToolParser(NAMES),
    `Let me see.\n<tool_call>${WEATHER}</tool_call>\n<tool_call>{"name":"add","arguments":{"a":1,"b":2}}</tool_call>`,
    [content("Let me see.\n"), weatherCall, addCall],
  ],
  [
    "words after a call",
    () => new HermesToolParser(NAMES),
    `<tool_call>${WEATHER}</tool_call> Done.`,
    [weatherCall, content(" Done.")],
  ],
  ["an unknown tool", () => new HermesToolParser(NAMES), '<tool_call>{"name":"rm","arguments":{}}</tool_call>', []],
  ["a call that is cut", () => new HermesToolParser(NAMES), '<tool_call>{"name": "get_weather", "argu', []],
  [
    "a call with a bracket too few",
    () => new HermesToolParser(NAMES),
    '<tool_call>{"name":"add","arguments":{"a":1,"b":2}</tool_call>ok',
    [addCall, content("ok")],
  ],
  [
    "a call with a comma too many, without its closing tag",
    () => new HermesToolParser(NAMES),
    `<tool_call>{'name': 'add', 'arguments': {"a":1,"b":2,}`,
    [addCall],
  ],
  [
    "a call with a quote too many, and one behind it",
    () => new HermesToolParser(NAMES),
    `<tool_call>{"name":"add","arguments":{"a":"x"y"}}</tool_call><tool_call>${WEATHER}</tool_call>`,
    [{ type: "toolCall", call: { name: "add", arguments: { a: 'x"y' } } }, weatherCall],
  ],
  ["a call without its closing tag", () => new HermesToolParser(NAMES), `<tool_call>${WEATHER}`, [weatherCall]],
  [
    "a call that is no JSON",
    () => new HermesToolParser(NAMES),
    "<tool_call>get_weather</tool_call>ok",
    [content("ok")],
  ],
  [
    "braces and tags inside an argument",
    () => new HermesToolParser(NAMES),
    '<tool_call>{"name":"add","arguments":{"a":"}</tool_call>\\"{"}}</tool_call>',
    [{ type: "toolCall", call: { name: "add", arguments: { a: '}</tool_call>"{' } } }],
  ],
  [
    "arguments as JSON text",
    () => new HermesToolParser(NAMES),
    '<tool_call>{"name":"add","arguments":"{\\"a\\":1,\\"b\\":2}"}</tool_call>',
    [addCall],
  ],
  ["a smaller-than sign", () => new HermesToolParser(NAMES), "1 < 2 <tool_cal", [content("1 < 2 <tool_cal")]],
  [
    "a thought and a call",
    thinkingHermes,
    `<think>\nThe user wants the weather.\n</think>\n\n<tool_call>${WEATHER}</tool_call>`,
    [thinking("The user wants the weather.\n"), weatherCall],
  ],
  [
    "a call inside a thought",
    thinkingHermes,
    `<think><tool_call>${WEATHER}</think>No.`,
    [thinking(`<tool_call>${WEATHER}`), content("No.")],
  ],
  [
    "Llama's object",
    () => new LlamaToolParser(NAMES),
    '{"name": "get_weather", "parameters": {"city": "Paris"}}',
    [weatherCall],
  ],
  [
    "two of Llama's objects",
    () => new LlamaToolParser(NAMES),
    '<|python_tag|>{"name": "get_weather", "parameters": {"city": "Paris"}}; {"name": "add", "parameters": {"a": 1, "b": 2}}',
    [weatherCall, addCall],
  ],
  [
    "one of Llama's objects with a bracket too few",
    () => new LlamaToolParser(NAMES),
    '{"name": "get_weather", "parameters": {"city": "Paris"}',
    [weatherCall],
  ],
  [
    "Llama 4's tags",
    () => new LlamaToolParser(NAMES),
    '<|python_start|>{"name": "get_weather", "parameters": {"city": "Paris"}}<|python_end|>',
    [weatherCall],
  ],
  ["an object that is no call", () => new LlamaToolParser(NAMES), '{"a": 1} is JSON', [content('{"a": 1} is JSON')]],
  ["words", () => new PlainParser(), "Hello", [content("Hello")]],
];

describe("output parsers", () => {
  it.each(CASES)("%s", (_, create, output, expected) => {
    expect(parse(create(), [output])).toEqual(expected);
  });

  it.each(CASES)("give the same wherever the output is cut: %s", (_, create, output) => {
    const whole = parse(create(), [output]);
    fc.assert(
      fc.property(fc.array(fc.nat(output.length), { maxLength: 12 }), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), output.length];
        const pieces = places.slice(1).map((end, index) => output.slice(places[index], end));
        expect(parse(create(), pieces)).toEqual(whole);
      }),
      { numRuns: 60 },
    );
    expect(parse(create(), [...output])).toEqual(whole);
  });

  it("gives the same for any mixture of tags, text and calls, token by token or at once", () => {
    const piece = fc.constantFrom(
      "<think>",
      "</think>",
      "<tool_call>",
      "</tool_call>",
      WEATHER,
      " ",
      "\n",
      "x",
      "<",
      "{",
      "}",
      '"',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 14 }),
        fc.constantFrom("stop" as const, "length" as const),
        (pieces, reason) => {
          const whole = parse(thinkingHermes(), [pieces.join("")], reason);
          expect(parse(thinkingHermes(), [...pieces.join("")], reason)).toEqual(whole);
        },
      ),
    );
  });

  it("gives the same for a call that is longer than what is looked at each time, and what comes after", () => {
    const text = 'a long "text" {with} <tags>\n'.repeat(600);
    const call = JSON.stringify({ name: "add", arguments: { a: text } });
    const output = `<tool_call>${call}</tool_call> Done. <tool_call>${call}</tool_call><tool_call>${WEATHER}</tool_call>`;
    const pieces = output.match(/.{1,7}/gs) ?? [];
    const long = { type: "toolCall", call: { name: "add", arguments: { a: text } } };
    expect(parse(new HermesToolParser(NAMES), pieces)).toEqual([long, content(" Done. "), long, weatherCall]);
    expect(parse(new LlamaToolParser(NAMES), [...`${call};${WEATHER}`])).toEqual([long, weatherCall]);
  });

  it("gives a call out as soon as it is complete", () => {
    const parser = new HermesToolParser(NAMES);
    expect(parser.push(`<tool_call>${WEATHER}`)).toEqual([weatherCall]);
  });
});
