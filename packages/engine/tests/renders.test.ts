import { describe, expect, it } from "vitest";
import { capabilitiesOf } from "../src/models/capabilities.js";
import { jinjaNames, recordedModels, withoutBos } from "./recorded-renders.js";
import { shippedTemplates } from "./shipped-templates.js";

const models = recordedModels();

describe.each(models.map((recorded) => [recorded.name, recorded] as const))("%s", (_, recorded) => {
  const { capabilities, model, cases } = recorded;

  it("can do what the real server says", () => {
    expect(capabilitiesOf(model).toSorted().join()).toBe(capabilities.split(",").toSorted().join());
  });

  const equal = cases.filter(({ status, difference }) => status === 200 && difference === undefined);
  it.each(equal.map((recordedCase) => [recordedCase.name, recordedCase] as const))(
    "renders %s as the real server does",
    (_key, { text, render }) => {
      expect(withoutBos(render())).toBe(withoutBos(text));
    },
  );
});

it("renders wherever a real server goes on", () => {
  const failing = models.flatMap(({ name, cases }) =>
    cases.filter(({ status, render }) => status === 200 && fails(render)).map(({ name: key }) => `${name} ${key}`),
  );
  expect(failing).toEqual([]);
});

it("refuses with 400 what a template refuses on a real server, for the same reason", () => {
  const reasonOf = ({ error = "" }: { error?: string | undefined }): string | undefined =>
    /Jinja Exception: [^"]+/.exec(error)?.[0];
  const refused = models.flatMap(({ cases }) => cases).filter((recorded) => reasonOf(recorded) !== undefined);
  expect(refused.length).toBeGreaterThan(0);
  for (const recorded of refused) {
    expect(recorded.render).toThrow(
      expect.objectContaining({ status: recorded.status, message: expect.stringContaining(reasonOf(recorded) ?? "") }),
    );
  }
});

it("lists as different what is different, and nothing else", () => {
  const listed = models.flatMap(({ cases }) => cases).filter(({ difference }) => difference !== undefined);
  expect(listed.filter(({ text, render }) => withoutBos(render()) === withoutBos(text))).toEqual([]);
});

it("has a recording for each template that it keeps", () => {
  const names = new Set(models.map(({ name }) => name));
  expect(jinjaNames().filter((name) => !names.has(name))).toEqual([]);
});

describe.each(shippedTemplates().map(({ name, cases }) => [name, cases] as const))("Ollama's own %s", (_, cases) => {
  it.each(cases.map((shipped) => [shipped.name, shipped] as const))(
    "renders %s as Ollama's test expects",
    (_roles, { text, render }) => {
      expect(text).not.toBe("");
      expect(render()).toBe(text);
    },
  );
});

it("has all templates that Ollama ships", () => {
  expect(shippedTemplates()).toHaveLength(20);
});

function fails(render: () => string): boolean {
  try {
    render();
    return false;
  } catch {
    return true;
  }
}
