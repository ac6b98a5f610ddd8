import { describe, expect, it } from "vitest";
import { SimpleGoTemplate } from "./simple-go-template.js";

const render = (source: string, messages: [role: string, content: string][], suffix?: string): string | undefined =>
  SimpleGoTemplate.parse(source)?.render({
    messages: messages.map(([role, content]) => ({ role, content })),
    ...(suffix !== undefined && { suffix }),
  });

const ALPACA = `{{ if .System }}{{ .System }}

{{ end }}{{ if .Prompt }}### Instruction:
{{ .Prompt }}

{{ end }}### Response:
{{ .Response }}
`;

describe("a plain Go template", () => {
  it("puts the prompt in its place", () => {
    expect(render("The {{ .Prompt }}", [["user", "sky"]])).toBe("The sky");
    expect(render("{{ .Nope }}", [["user", "sky"]])).toBe("<no value>");
    expect(render("<PRE> {{ .Prompt }} <SUF>{{ .Suffix }} <MID>", [["user", "a"]], "b")).toBe("<PRE> a <SUF>b <MID>");
  });

  it("writes a conversation turn by turn, and ends where the answer belongs", () => {
    const messages: [string, string][] = [
      ["system", "Be kind."],
      ["user", "Hi"],
      ["assistant", "Hello"],
      ["user", "How are you?"],
    ];
    expect(render(ALPACA, messages)).toBe(
      "Be kind.\n\n### Instruction:\nHi\n\n### Response:\nHello\n### Instruction:\nHow are you?\n\n### Response:\n",
    );
  });

  it("continues an answer that has begun", () => {
    expect(
      render("{{ .Prompt }}>{{ .Response }}<", [
        ["user", "Hi"],
        ["assistant", "He"],
      ]),
    ).toBe("Hi>He");
  });

  it("chooses, and trims where it is told to", () => {
    const source = "{{- if .System -}}\n  S: {{ .System }}\n{{- else -}}\n  none\n{{- end }} | {{ .Prompt }}";
    expect(render(source, [["user", "x"]])).toBe("none | x");
    expect(
      render(source, [
        ["system", "s"],
        ["user", "x"],
      ]),
    ).toBe("S: s | x");
  });

  it.each([
    "{{ range .Messages }}{{ .Content }}{{ end }}",
    "{{ if eq .Role 1 }}x{{ end }}",
    "{{ if .System }}never closed",
    "{{ end }}",
    "{{ .Prompt",
    "{{ .Tools }}",
    "{{ json .Prompt }}",
  ])("is none when it is %j", (source) => {
    expect(SimpleGoTemplate.parse(source)).toBeUndefined();
  });
});
