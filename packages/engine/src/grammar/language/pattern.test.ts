import { describe, expect, it } from "vitest";
import { accepts } from "./automaton.js";
import { FORMATS } from "./formats.js";
import { InvalidPatternError, patternAutomaton } from "./pattern.js";
import { UnsupportedPatternError } from "./pattern-parser.js";

const TEXTS = [
  "",
  "a",
  "b",
  "ab",
  "abc",
  "aab",
  "xabcx",
  "A1",
  "Passw0rd",
  "password",
  "0",
  "12",
  "123-4567",
  "2024-02-29",
  "foo.bar",
  "foo bar",
  "é",
  "日本",
  "👍🏽",
  "a\nb",
  "\t",
  '"q"',
  "\\",
  "]",
  "-",
  "^",
  "a-b",
  "ünï",
  "Zz9_",
];

const PATTERNS = [
  "",
  "a",
  "^a",
  "a$",
  "^a$",
  "^a|b$",
  "^(a|b)+$",
  "(^a|b)c?",
  "a{2}",
  "^a{1,2}b?$",
  "^[^a-c]*$",
  "^[a-z]+$",
  "^\\d{1,3}(-\\d+)?$",
  "\\s",
  "\\S+\\.\\S+",
  "^\\w+$",
  "^\\W$",
  "^.$",
  "^.*$",
  "^[\\w.-]+$",
  "^[\\]\\\\^-]$",
  "^(?:foo|x)\\.?",
  "^(?<year>\\d{4})-\\d\\d-\\d\\d$",
  "^(?=.*[A-Z])(?=.*\\d).{8,}$",
  "^(?!foo)[a-z. ]+$",
  "^\\p{L}+$",
  "^\\u{1F44D}",
  "^\\u00e9$",
  "^\\ud83d\\udc4d",
  "[\\s\\S]",
  "^$",
  "x*?",
];

describe("a JSON Schema pattern as an automaton", () => {
  it.each(PATTERNS)("accepts what %j matches and nothing else", (source) => {
    const expected = new RegExp(source, "u");
    const automaton = patternAutomaton(source);
    const verdicts = TEXTS.map((text) => [text, accepts(automaton, text)]);
    expect(verdicts).toEqual(TEXTS.map((text) => [text, expected.test(text)]));
  });

  it.each(["(a)\\1", "\\bword", "a(?=b)", "(?<!a)b"])("says that %j is beyond a grammar", (source) => {
    expect(() => patternAutomaton(source)).toThrow(UnsupportedPatternError);
  });

  it.each(["(", "[a", "a{2,1}"])("says that %j is no regular expression", (source) => {
    expect(() => patternAutomaton(source)).toThrow(InvalidPatternError);
  });
});

describe("formats", () => {
  const cases: [format: string, valid: string[], invalid: string[]][] = [
    ["date", ["2024-02-29", "2000-02-29", "1999-12-31"], ["2023-02-29", "1900-02-29", "2024-04-31", "24-01-01"]],
    ["time", ["12:30:00Z", "23:59:59.5+01:00"], ["24:00:00Z", "12:30:00"]],
    ["date-time", ["2024-02-29T00:00:00Z"], ["2024-02-30T00:00:00Z", "2024-02-29"]],
    ["duration", ["P1Y2M3DT4H5M6S", "PT1M", "P2W"], ["P", "PT", "P1W1D", "P1Y2D"]],
    ["uuid", ["123e4567-e89b-12d3-a456-426614174000"], ["123e4567"]],
    ["email", ["ada@example.org", "a.b+c@x.co"], ["ada", "a..b@x.co", "@x"]],
    ["hostname", ["example.org", "a"], ["-a", "a-", "a..b", `${"a".repeat(64)}.b`]],
    ["ipv4", ["127.0.0.1", "255.255.255.255"], ["256.0.0.1", "1.2.3", "01.2.3.4"]],
    [
      "ipv6",
      ["::", "::1", "1::", "1:2:3:4:5:6:7:8", "fe80::1:2", "::ffff:1.2.3.4", "1:2:3:4:5:6:7::"],
      ["1", "1::2::3", ":1"],
    ],
    ["uri", ["https://example.org/a?b=c#d", "http://a:80"], ["example.org", "//x"]],
    ["json-pointer", ["", "/a/~0b"], ["a", "/~2"]],
  ];

  it.each(cases)("%s", (name, valid, invalid) => {
    const automaton = FORMATS.get(name)?.automaton();
    if (!automaton) throw new Error(`no format ${name}`);
    expect(valid.filter((text) => !accepts(automaton, text))).toEqual([]);
    expect(invalid.filter((text) => accepts(automaton, text))).toEqual([]);
  });
});
