import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fillTemplate } from "./fill-template.js";
import { findTemplate, listTemplates, readTemplate } from "./find-templates.js";

async function places() {
  const root = await mkdtemp(join(tmpdir(), "codo-templates-"));
  const [user, project] = [join(root, "config", "codo", "templates"), join(root, "project", ".codo", "templates")];
  for (const folder of [user, project]) await mkdir(folder, { recursive: true });
  return { user, project, at: { env: { XDG_CONFIG_HOME: join(root, "config") }, folder: join(root, "project") } };
}

it("reads and fills a template, and leaves what fills a gap as it is", async () => {
  const { user, at } = await places();
  await writeFile(join(user, "a.yaml"), 'model: m\nprompt: "{{to}} {{input}} \\\\{{to}}"\nvariables: { to: 3 }\n');
  const template = await readTemplate("a", at);
  expect(template).toMatchObject({ name: "a", model: "m", variables: { to: { default: "3" } }, options: {} });
  expect(fillTemplate(template, { input: "{{to}} $&" })).toEqual({
    model: "m",
    prompt: "3 {{to}} $& {{to}}",
    options: {},
  });
});

it("reads Markdown with Windows line ends, with a mark, and without front matter", async () => {
  const { user, at } = await places();
  await writeFile(
    join(user, "a.md"),
    "\ufeff---\r\nmodel: m\r\noptions:\r\n  top_k: 3\r\n---\r\n\r\nOne {{input}}\r\n---\r\nTwo\r\n",
  );
  expect(await readTemplate("a", at)).toMatchObject({
    model: "m",
    options: { topK: 3 },
    prompt: "One {{input}}\r\n---\r\nTwo",
  });
  await writeFile(join(user, "b.md"), "Plain {{input}}\n");
  expect(await readTemplate("b", at)).toMatchObject({ prompt: "Plain {{input}}" });
});

it("finds the project's before the user's, YAML before Markdown, and suggests the nearest", async () => {
  const { user, project, at } = await places();
  for (const [folder, name] of [
    [user, "sum.yaml"],
    [user, "other.md"],
    [user, "other.yml"],
    [project, "sum.md"],
  ] as const) {
    await writeFile(join(folder, name), "prompt: x\n");
  }
  expect((await listTemplates(at)).map(({ file, scope }) => [file, scope])).toEqual([
    [join(user, "other.yml"), "user"],
    [join(project, "sum.md"), "project"],
  ]);
  await expect(findTemplate("sun", at)).rejects.toMatchObject({
    code: "INVALID_CONFIG",
    advice: 'Did you mean "sum"?',
  });
});

it("tells the line of what is wrong, in a program's words too", async () => {
  const { user, at } = await places();
  await writeFile(join(user, "a.md"), "---\nvariables:\n  to:\n---\n\n{{to}}\n{{form}}\n");
  await expect(readTemplate("a", at)).rejects.toMatchObject({ code: "INVALID_CONFIG", details: { line: 7 } });
  await writeFile(join(user, "a.md"), "---\nvariables:\n  to:\n---\n\n{{to}}\n");
  const template = await readTemplate("a", at);
  expect(() => fillTemplate(template)).toThrow('The template "a" needs "to".');
  expect(() => fillTemplate(template, { variables: { two: "x" } })).toThrow('Did you mean "to"?');
});
