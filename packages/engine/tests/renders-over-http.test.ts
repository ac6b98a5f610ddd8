import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Engine, startEngine } from "../src/index.js";
import { rewriteGguf } from "./conformance/gguf-writer.js";
import { type RecordedCase, type RecordedModel, recordedModels, withoutBos } from "./recorded-renders.js";

/*
 * What a template renders is not all that reaches a model: where the context window is too small, a server leaves messages
 * out. These are the recorded cases in which the real server did so, or in which a template refused; the engine is asked
 * for them as the real server was, with models made of the templates.
 */

const GGUF = fileURLToPath(new URL("../models/codo-tiny/codo-tiny.gguf", import.meta.url));

/** Cases that are not equal over HTTP either, and why. */
const DIFFERENT: Readonly<Record<string, string>> = {
  "GigaChat3-10B-A1.8B.jinja prefill":
    "only the begun answer is left of the conversation, and the real server writes its role, which it does not for GigaChat3.1",
  "google-gemma-2-2b-it.jinja prefill":
    "the real server renders with a Go template of its own, which does not continue an answer",
};

let folder: string;
let engine: Engine;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "codo-renders-"));
  engine = await startEngine({ models: folder });
});
afterAll(async () => {
  await engine.stop();
  await rm(folder, { recursive: true, force: true });
});

const post = (path: string, body: object): Promise<Response> =>
  fetch(`${engine.url}${path}`, { method: "POST", body: JSON.stringify(body) });

async function make(name: string, { facts, template }: RecordedModel["model"]): Promise<void> {
  const changes = { without: ["tokenizer.chat_template"], chatTemplate: facts.chatTemplate ?? "" };
  const content = new Uint8Array(rewriteGguf(GGUF, changes));
  const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
  await fetch(`${engine.url}/api/blobs/${digest}`, { method: "POST", body: content });
  const files = { "model.gguf": digest };
  const created = await post("/api/create", { model: name, files, ...(template && { template }), stream: false });
  expect(await created.json()).toEqual({ status: "success" });
}

const isOdd = ({ difference, error }: RecordedCase): boolean =>
  difference !== undefined || error?.includes("Jinja Exception") === true;
const odd = recordedModels()
  .map((recorded) => ({ ...recorded, cases: recorded.cases.filter(isOdd) }))
  .filter(({ cases }) => cases.length > 0);

describe.each(odd.map((recorded, index) => [recorded.name, recorded, `odd${index}`] as const))(
  "%s",
  (name, { model, cases }, made) => {
    beforeAll(() => make(made, model));

    it.each(cases.map((recorded) => [recorded.name, recorded] as const))(
      "%s",
      async (key, { request, status, text }) => {
        const asked = { model: made, ...request, stream: false, _debug_render_only: true };
        const response = await post("/api/chat", asked);
        expect(response.status).toBe(status);
        if (status !== 200) return;
        const { _debug_info } = (await response.json()) as { _debug_info: { rendered_template: string } };
        const rendered = withoutBos(_debug_info.rendered_template);
        if (`${name} ${key}` in DIFFERENT) expect(rendered).not.toBe(withoutBos(text));
        else expect(rendered).toBe(withoutBos(text));
      },
    );
  },
);
