import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { libraryTemplates } from "../../tests/library-templates.js";
import { type Engine, startEngine } from "../index.js";
import { checkTemplate } from "./check-template.js";

const fault = (template: string): string | undefined => {
  try {
    checkTemplate(template);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

describe("a model's template is understood when the model is made", () => {
  it.each([
    ["a\n{{ upper .Prompt }}", 'template: :2: function "upper" not defined'],
    ["{{ range .Messages }}\n\n{{ .Nope }}{{ end }}", "template: :3: can't evaluate field Nope in type"],
    ['{{ template "head" . }}{{ .Prompt }}', ':1: template "head" not defined'],
    ["{{ .Prompt }}\n{{ len 3 }}", ":2: error calling len: len of type int"],
    ['{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}', "nested too deeply"],
    [`${"{{ range 1000 }}".repeat(4)}${"{{ end }}".repeat(4)}{{ .Prompt }}`, "takes too many steps"],
    ["{% for m in messages %}{{ m.content }}{% endfor %}", ':1: function "m" not defined'],
  ])("%j is refused: %s", (template, message) => {
    expect(fault(template)).toContain(message);
  });

  it.each([
    ["{{ index .Messages 9 }}"],
    ["{{ (index .Messages 0).Content }}"],
    ["{{ if .Nope }}{{ .Nope.Deeper }}{{ end }}{{ .Prompt }}{{ slice .Prompt 0 200 }}"],
  ])("what other messages could mend is left to them: %j", (template) => {
    expect(fault(template)).toBeUndefined();
  });

  it.each([
    [
      "{{ range .Messages }}{{ range .ToolCalls }}\n{{ .Nope }}{{ end }}{{ end }}",
      "the result of a tool: template: :2: can't evaluate field Nope",
    ],
    [
      "{{ range .Tools }}{{ .Function.Nope }}{{ end }}{{ .Messages }}",
      "tools: template: :1: can't evaluate field Nope",
    ],
    ["\n{{ if .Suffix }}{{ .Suffix.Nope }}{{ end }}{{ .Prompt }}", "a suffix: template: :2: can't evaluate field Nope"],
    [
      '{{ if eq .ThinkLevel "high" }}\n{{ len true }}{{ end }}{{ .Prompt }}',
      "thinking: template: :2: error calling len",
    ],
    [
      "{{ if .System }}{{ .System.Nope }}{{ end }}{{ .Prompt }}",
      "a system message: template: :1: can't evaluate field",
    ],
  ])("where only some conversations fail, they are told: %j", (template, message) => {
    expect(checkTemplate(template)[0]).toContain(`warning: the template fails with ${message}`);
  });

  it("refuses none of the library's, of which one fails in some conversations", () => {
    const told = libraryTemplates().map(({ model, ollama }) => [model, checkTemplate(ollama.template)] as const);
    expect(Object.fromEntries(told.filter(([, warnings]) => warnings.length > 0))).toEqual({
      "library/llama4:latest": [expect.stringContaining("can't evaluate field Tools in type slice")],
    });
  });
});

describe("over HTTP", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine.stop());

  it("create answers 400 with the line and makes no model, or warns and makes one", async () => {
    const post = (path: string, body: object) =>
      fetch(`${engine.url}${path}`, { method: "POST", body: JSON.stringify(body) });
    const template = "{{ range .Messages }}\n{{ .Nope }}{{ end }}";
    const created = await post("/api/create", { model: "broken", from: "codo-tiny", template, stream: false });
    expect([created.status, await created.json()]).toEqual([
      400,
      { error: expect.stringContaining("template error: template: :2: can't evaluate field Nope") },
    ]);
    expect((await post("/api/show", { model: "broken" })).status).toBe(404);
    const doubtful = "{{ range .Tools }}\n{{ .Nope }}{{ end }}{{ .Messages }}";
    const warned = await post("/api/create", { model: "doubtful", from: "codo-tiny", template: doubtful });
    const statuses = await warned.text();
    expect(statuses).toContain("warning: the template fails with tools: template: :2: can't evaluate field Nope");
    expect(statuses).toContain('"status":"success"');
  });
});
