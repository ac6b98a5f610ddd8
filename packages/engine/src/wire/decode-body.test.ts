import { describe, expect, it } from "vitest";
import { bool, decodeBody, integer, listOf, record, text } from "./decode-body.js";
import { images, keepAlive, think } from "./decode-special.js";

const FIELDS = {
  model: text,
  stream: bool,
  context: listOf(integer, "[]int"),
  options: record,
  images,
  keep_alive: keepAlive,
  think,
};
const decode = (body: string): unknown => decodeBody(body, "GenerateRequest", FIELDS);

describe("a request's body", () => {
  it("is read as Go reads it", () => {
    expect(decode('{"model":"a","stream":null,"unknown":1}')).toEqual({ model: "a" });
    expect(decode('{"MODEL":"a"}')).toEqual({ model: "a" });
    expect(decode('{"model":"a"} and more')).toEqual({ model: "a" });
    expect(decode("null")).toEqual({});
    expect(decode('{"model":"a\\ud800b"}')).toEqual({ model: "a\ufffdb" });
  });

  it.each([
    ["", "missing request body"],
    [" \n", "missing request body"],
    ['{"model": "tiny", ', "unexpected EOF"],
    ['{"model": tiny}', "invalid character 'i' in literal true (expecting 'r')"],
    ["{model: 1}", "invalid character 'm' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a": 1 "b"}', "invalid character '\"' after object key:value pair"],
    ['{"a": [1 2]}', "invalid character '2' after array element"],
    ['{"a": "\\x"}', "invalid character 'x' in string escape code"],
    ['{"a": "\\u12g4"}', "invalid character 'g' in \\u hexadecimal character escape"],
    ['{"a": -x}', "invalid character 'x' in numeric literal"],
    ['{"a": 1.}', "invalid character '}' after decimal point in numeric literal"],
    ['{"a": 1ex}', "invalid character 'x' in exponent of numeric literal"],
    ['{"a": "line\nbreak"}', "invalid character '\\n' in string literal"],
    ["hello", "invalid character 'h' looking for beginning of value"],
    [`${"[".repeat(100_000)}x`, "exceeded max depth"],
    ["[]", "json: cannot unmarshal array into Go value of type api.GenerateRequest"],
    ['"x"', "json: cannot unmarshal string into Go value of type api.GenerateRequest"],
    ['{"model":5}', "json: cannot unmarshal number into Go struct field GenerateRequest.model of type string"],
    ['{"stream":"yes"}', "json: cannot unmarshal string into Go struct field GenerateRequest.stream of type bool"],
    [
      '{"options":[]}',
      "json: cannot unmarshal array into Go struct field GenerateRequest.options of type map[string]interface {}",
    ],
    [
      '{"images":["not base64!"]}',
      "json: cannot unmarshal string into GenerateRequest.images.0 of type api.ImageData: illegal base64 data at input byte 3",
    ],
    ['{"keep_alive":"banana"}', 'time: invalid duration "banana"'],
    ['{"keep_alive":true}', "Unsupported type: 'bool'"],
    ['{"think":"bogus"}', 'invalid think value: "bogus" (must be "high", "medium", "low", "max", true, or false)'],
  ])("%j is refused", (body, message) => {
    expect(() => decode(body)).toThrow(expect.objectContaining({ status: 400, message }));
  });

  it("has keep-alives as seconds or durations", () => {
    const keep = (value: unknown): unknown => decode(JSON.stringify({ keep_alive: value }));
    expect(keep(600)).toEqual({ keep_alive: 600_000 });
    expect(keep("1h30m")).toEqual({ keep_alive: 5_400_000 });
    expect(keep(0)).toEqual({ keep_alive: 0 });
    expect(keep("-1m")).toEqual({ keep_alive: -1 });
  });
});
