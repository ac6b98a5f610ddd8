import { describe, expect, it } from "vitest";
import { executeTemplate } from "./execute-template.js";
import { BUILTIN_FUNCTIONS, LAZY_FUNCTIONS } from "./functions.js";
import { identifiersOf } from "./identifiers.js";
import { parseTemplate } from "./parse-template.js";
import { printAsJson, Struct, toJson, toValue, type Value } from "./values.js";

const NAMES = new Set([...BUILTIN_FUNCTIONS.keys(), ...LAZY_FUNCTIONS]);
const parse = (source: string) => parseTemplate(source, NAMES);
const run = (source: string, data: unknown = {}): string => executeTemplate(parse(source), toValue(data));

const PERSON = new Struct("Person", [
  { name: "Name", json: "name", value: "Ann <b>" },
  { name: "Age", json: "age", omitsEmpty: true, value: 0 },
]);

// What Go's text/template gives for the same template and data.
describe("a template", () => {
  it.each<[what: string, source: string, data: unknown, text: string]>([
    ["fields", "{{ .A.B }}", { A: { B: "x" } }, "x"],
    ["a missing entry", "{{ .Nope }}", {}, "<no value>"],
    ["trimmed space", "a \n{{- 1 -}}\n b", {}, "a1b"],
    ["a minus that trims nothing", "a {{-1}} b", {}, "a -1 b"],
    ["comments", "a{{/* } }} */}}b{{- /* x */ -}} c", {}, "abc"],
    ["if, else if, else", "{{ if .A }}1{{ else if .B }}2{{ else }}3{{ end }}", { B: "b" }, "2"],
    ["with, else", "{{ with .A }}{{ . }}{{ else }}none{{ end }}", { A: "" }, "none"],
    ["with a variable", "{{ with $x := .A }}{{ $x }}{{ . }}{{ end }}", { A: "a" }, "aa"],
    ["a range over a list", "{{ range .L }}<{{ . }}>{{ else }}empty{{ end }}", { L: [1, 2] }, "<1><2>"],
    ["an empty range", "{{ range .L }}<{{ . }}>{{ else }}empty{{ end }}", { L: [] }, "empty"],
    [
      "a range with index and item",
      "{{ range $i, $v := .L }}{{ $i }}={{ $v }} {{ end }}",
      { L: ["a", "b"] },
      "0=a 1=b ",
    ],
    ["a range over a map, by key", "{{ range $k, $v := .M }}{{ $k }}{{ $v }}{{ end }}", { M: { b: 2, a: 1 } }, "a1b2"],
    [
      "break and continue",
      "{{ range .L }}{{ if eq . 2 }}{{ continue }}{{ end }}{{ if eq . 4 }}{{ break }}{{ end }}{{ . }}{{ end }}",
      { L: [1, 2, 3, 4, 5] },
      "13",
    ],
    ["the whole data inside a range", "{{ range .L }}{{ $.X }}{{ end }}", { L: [1, 2], X: "x" }, "xx"],
    ["an assignment that outlives its block", '{{ $x := "a" }}{{ if true }}{{ $x = "b" }}{{ end }}{{ $x }}', {}, "b"],
    ["a variable that hides another", '{{ $x := "a" }}{{ if true }}{{ $x := "b" }}{{ $x }}{{ end }}{{ $x }}', {}, "ba"],
    ["pipelines", '{{ "x" | printf "%s-%s" "y" }}', {}, "y-x"],
    ["parentheses with a field behind", "{{ (index .L 0).A }}", { L: [{ A: "x" }] }, "x"],
    ["eq with several", '{{ eq .A "x" "y" }}', { A: "y" }, "true"],
    ["and, or, not", '{{ and 1 0 2 }} {{ or 0 "" "x" }} {{ not "" }}', {}, "0 x true"],
    ["and that stops before what would fail", "{{ and .A (index .A 5) }}", { A: [] }, "[]"],
    [
      "len, index, slice",
      '{{ len "é" }} {{ index .L 1 }} {{ slice .L 1 }} {{ slice "abcd" 1 3 }}',
      { L: [7, 8, 9] },
      "2 8 [8 9] bc",
    ],
    [
      "comparisons",
      "{{ lt 1 2 }} {{ ge 2 2 }} {{ gt 1 2 }} {{ le 3 2 }} {{ ne 1 2 }}",
      {},
      "true true false false true",
    ],
    ["print", '{{ print 1 2 "a" 3 4 }}', {}, "1 2a3 4"],
    [
      "printf with a width from the values",
      '{{ len (printf "a%*s" 3 "") }} {{ printf "%q %v %d%%" "a" true 5 }}',
      {},
      '4 "a" true 5%',
    ],
    ["raw and quoted texts", '{{ `a"b` }}{{ "a\\"\\n\\u00e9" }}', {}, 'a"ba"\né'],
    [
      "lists and maps as Go prints them",
      "{{ .L }} {{ .M }}",
      { L: [1, "a", null], M: { b: 1, a: [2] } },
      "[1 a <nil>] map[a:[2] b:1]",
    ],
    ["small and large numbers", "{{ .A }} {{ .B }} {{ .C }}", { A: 0.00001, B: 1e21, C: 1.5 }, "1e-05 1e+21 1.5"],
    [
      "define, template and block",
      '{{ define "t" }}[{{ . }}]{{ end }}{{ template "t" .A }}{{ block "b" .A }}({{ . }}){{ end }}',
      { A: "x" },
      "[x](x)",
    ],
  ])("has %s", (_what, source, data, text) => {
    expect(run(source, data)).toBe(text);
  });

  it("prints structs, and writes them as JSON with their own names", () => {
    expect(executeTemplate(parse("{{ . }}"), PERSON)).toBe("{Ann <b> 0}");
    expect(toJson(PERSON)).toBe('{"name":"Ann \\u003cb\\u003e"}');
    const tools: Value[] = printAsJson([PERSON]);
    expect(executeTemplate(parse("{{ . }}"), tools)).toBe('[{"name":"Ann \\u003cb\\u003e"}]');
    expect(executeTemplate(parse("{{ if . }}yes{{ end }}"), PERSON)).toBe("yes");
  });

  it.each([
    ["{{ .A", "template: :1: unclosed action"],
    ["a\n{{ if .A }}", "template: :2: unexpected EOF"],
    ["{{ end }}", "template: :1: unexpected {{end}}"],
    ["{{ else }}", "template: :1: unexpected {{else}}"],
    ["{{ nope .A }}", 'template: :1: function "nope" not defined'],
    ["{{ $x }}", 'template: :1: undefined variable "$x"'],
    ["{{ break }}", "template: :1: {{break}} outside {{range}}"],
    ["{{ (.A }}", "template: :1: unclosed left paren"],
    ["{{ }}", "template: :1: missing value for command"],
    ["{{/* a", "template: :1: unclosed comment"],
    ["{{ .A ! }}", 'template: :1: unexpected "!" in command'],
  ])("that reads %j is refused: %s", (source, message) => {
    expect(() => parse(source)).toThrow(message);
  });

  it.each([
    ["{{ index .L 5 }}", "error calling index: index out of range: 5"],
    ["{{ .L.X }}", "can't evaluate field X in type slice"],
    ["{{ eq .L .L }}", "error calling eq: invalid type for comparison"],
    ['{{ eq 1 "1" }}', "error calling eq: incompatible types for comparison"],
    ['{{ template "nope" }}', 'template "nope" not defined'],
    ['{{ "x" 1 }}', "can't give argument to non-function"],
  ])("that does %j fails: %s", (source, message) => {
    expect(() => run(source, { L: [1] })).toThrow(message);
  });

  it("fails where a struct has no such field", () => {
    expect(() => executeTemplate(parse("{{ .Nope }}"), PERSON)).toThrow("can't evaluate field Nope in type Person");
  });

  it.each([
    ["steps", `{{ define "t" }}${'{{ template "t" . }}'.repeat(2)}{{ end }}{{ template "t" . }}`, "nested too deeply"],
    ["steps in loops", `${"{{ range 1000 }}".repeat(4)}${"{{ end }}".repeat(4)}`, "takes too many steps"],
    ["text", '{{ $x := "0123456789" }}{{ range 60 }}{{ $x = print $x $x }}{{ end }}', "makes too long a text"],
  ])("of a stranger can't use up %s", (_what, source, message) => {
    expect(() => run(source)).toThrow(message);
  });

  it("tells the names that it mentions", () => {
    const source =
      "{{ range $i, $_ := .Messages }}{{ if and (eq .Role $.Other) .ToolCalls }}{{ .Function.Name }}{{ end }}{{ end }}";
    expect([...identifiersOf(parse(source))].sort()).toEqual(
      ["$", "function", "messages", "name", "other", "role", "toolcalls"].sort(),
    );
  });
});
