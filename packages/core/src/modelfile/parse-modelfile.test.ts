import { readTranscript, responseBytes } from "@codo/test-utils";
import { describe, expect, it } from "vitest";
import { parseModelfile } from "./parse-modelfile.js";

describe("a Modelfile is parsed completely", () => {
  it("reads every instruction", () => {
    const parsed = parseModelfile(`# a comment
FROM ./weights.gguf
FROM ./projector.gguf
ADAPTER ./lora.gguf
TEMPLATE """{{ .System }}
USER: {{ .Prompt }}"""
SYSTEM You are "brief".
LICENSE """
MIT
"""
LICENSE second
MESSAGE user Hi there
MESSAGE assistant """Hello
you"""
PARAMETER temperature 0.7
PARAMETER num_ctx 4096
PARAMETER use_mmap false
PARAMETER stop "<|end|>"
PARAMETER stop </s>
PARAMETER mirostat 1
RENDERER qwen3
PARSER qwen3
REQUIRES 0.14.0
`);
    expect(parsed).toEqual({
      from: "./weights.gguf",
      furtherFrom: ["./projector.gguf"],
      adapters: ["./lora.gguf"],
      template: "{{ .System }}\nUSER: {{ .Prompt }}",
      system: 'You are "brief".',
      licenses: ["\nMIT\n", "second"],
      messages: [
        { role: "user", content: "Hi there" },
        { role: "assistant", content: "Hello\nyou" },
      ],
      parameters: { temperature: 0.7, num_ctx: 4096, use_mmap: false, stop: ["<|end|>", "</s>"], mirostat: "1" },
      renderer: "qwen3",
      parser: "qwen3",
      requires: "0.14.0",
    });
  });

  it.each([
    ["names in any case", "from x\nSystem hi", { from: "x", system: "hi" }],
    ["carriage returns", "FROM x\r\nSYSTEM hi\r\n", { from: "x", system: "hi" }],
    ["a byte order mark", "\uFEFFFROM x", { from: "x" }],
    ["indents and blank lines", "\n\n  FROM\tx  \n\n", { from: "x" }],
    ["a quoted value of several lines", 'FROM x\nSYSTEM "a\nb"\n', { system: "a\nb" }],
    ["quotes inside a quoted value", 'FROM x\nSYSTEM "say "hi" now"\n', { system: 'say "hi" now' }],
    ["a hash inside a value", "FROM x\nSYSTEM # not a comment", { system: "# not a comment" }],
    ["the last of several", "FROM x\nSYSTEM a\nSYSTEM b", { system: "b" }],
    ["an empty quoted value", 'FROM x\nSYSTEM ""', { system: "" }],
    ["no end of line at the end", 'FROM x\nTEMPLATE """t"""', { template: "t" }],
  ])("takes %s", (_what, text, expected) => {
    expect(parseModelfile(text)).toMatchObject(expected);
  });

  it.each([
    ["no FROM", "SYSTEM hi", /Line 1 .* no FROM/],
    ["an unknown instruction", "FROM x\n\nFROBNICATE y", /Line 3 .*"FROBNICATE" is no instruction/],
    ["a quote without an end", 'FROM x\nSYSTEM """hi', /Line 2 .* has no end/],
    ["a role that is none", "FROM x\nMESSAGE robot hi", /Line 2 .*"robot" is no role/],
    ["a number that is none", "FROM x\nPARAMETER temperature hot", /Line 2 .*temperature is "hot"/],
    ["a whole number that is none", "FROM x\nPARAMETER num_ctx 1.5", /Line 2 .*num_ctx is "1.5"/],
    ["a parameter that is none", "FROM x\nPARAMETER temprature 0.7", /Line 2 .*"temprature" is no parameter/],
    ["an instruction without a value", "FROM x\nSYSTEM", /Line 2 .*SYSTEM needs a value/],
    ["a parameter without a value", "FROM x\nPARAMETER stop", /Line 2/],
  ])("refuses %s and names the line", (_what, text, message) => {
    expect(() => parseModelfile(text)).toThrow(message);
  });

  it("reads what a real server prints", () => {
    const [exchange] = readTranscript("show-chat").exchanges;
    if (exchange === undefined) throw new Error("no exchange");
    const shown = JSON.parse(responseBytes(exchange.response).toString("utf8"));
    const parsed = parseModelfile(shown.modelfile);
    expect(parsed.from).toMatch(/^\/models\/blobs\/sha256-/);
    expect(parsed).toMatchObject({ template: shown.template, system: shown.system, licenses: [shown.license] });
    expect(parsed.parameters).toEqual({ num_ctx: 2048, temperature: 0.7, stop: ["<|im_start|>", "<|im_end|>"] });
  });
});
