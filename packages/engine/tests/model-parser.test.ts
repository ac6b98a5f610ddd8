import { Ollama } from "ollama";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Engine, startEngine } from "../src/index.js";
import { capabilitiesOf } from "../src/models/capabilities.js";
import { templateInUse } from "../src/templates/template-library.js";
import { modelOf } from "./recorded-renders.js";

const GO = "{{ range .Messages }}{{ .Role }}: {{ .Content }}{{ end }}";
const JINJA = "{% for m in messages %}<think></think>{{ m.content }}{% endfor %}{{ tools }}";

describe("the parser that a manifest names", () => {
  it.each([
    ["qwen3.5", ["completion", "tools", "thinking"]],
    ["qwen3-coder", ["completion", "tools"]],
    ["olmo3-think", ["completion", "thinking"]],
    ["unheard-of", ["completion"]],
  ])("tells what a model can do: %s", (parser, capabilities) => {
    expect(capabilitiesOf({ ...modelOf(JINJA, GO), parser })).toEqual(capabilities);
  });

  it("keeps the Go template in use, but not the bare one that stands for a renderer", () => {
    expect(templateInUse(modelOf(JINJA, GO))).toBe("jinja");
    expect(templateInUse({ ...modelOf(JINJA, GO), parser: "glm-4.7" })).toBe("go");
    expect(templateInUse({ ...modelOf(JINJA, "{{ .Prompt }}"), parser: "glm-4.7" })).toBe("jinja");
  });

  it("is not needed for gpt-oss, which thinks and has its Go template in use", () => {
    const model = modelOf(JINJA, `<|start|>${GO}<|end|>`);
    const gptOss = { ...model, facts: { ...model.facts, architecture: "gptoss" } };
    expect(templateInUse(gptOss)).toBe("go");
    expect(capabilitiesOf(gptOss)).toEqual(["completion", "thinking"]);
  });
});

describe("a model that is made with a parser", () => {
  let engine: Engine;
  let ollama: Ollama;

  beforeAll(async () => {
    engine = await startEngine();
    ollama = new Ollama({ host: engine.url });
  });

  afterAll(() => engine.stop());

  it("shows it, and hands it on to what is made of it", async () => {
    const post = (body: unknown): Promise<Response> =>
      fetch(`${engine.url}/api/create`, { method: "POST", body: JSON.stringify(body) });
    await (await post({ model: "mine", from: "codo-tiny", parser: "qwen3", renderer: "qwen3-coder" })).text();
    await (await post({ model: "heir", from: "mine", system: "Be short." })).text();
    for (const model of ["mine", "heir"]) {
      const shown = await ollama.show({ model });
      expect(shown.modelfile).toContain("\nRENDERER qwen3-coder\nPARSER qwen3\n");
      expect(shown.capabilities).toEqual(["completion", "tools"]);
    }
  });

  it("reads calls by it, whatever the template teaches", async () => {
    const body = { model: "teller", from: "codo-tiny", parser: "glm-4.7" };
    await (await fetch(`${engine.url}/api/create`, { method: "POST", body: JSON.stringify(body) })).text();
    const parameters = { type: "object", required: ["city"], properties: { city: { type: "string" } } };
    const tool = {
      type: "function",
      function: { name: "get_weather", description: "Get the current weather", parameters },
    };
    const ask = (model: string) =>
      ollama.chat({
        model,
        messages: [{ role: "user", content: "What is the weather in Paris?" }],
        tools: [tool],
        think: false,
      });
    // Its weights write calls in JSON: the parser of GLM reads that too, but not the one that passes all on.
    expect((await ask("teller")).message.tool_calls).toMatchObject([{ function: { arguments: { city: "Paris" } } }]);
    await (
      await fetch(`${engine.url}/api/create`, {
        method: "POST",
        body: JSON.stringify({ ...body, model: "deaf", parser: "gemma4" }),
      })
    ).text();
    expect((await ask("deaf")).message.tool_calls).toBeUndefined();
  });
});
