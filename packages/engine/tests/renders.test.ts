import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Capability } from "../src/models/capabilities.js";
import { capabilitiesOf } from "../src/models/capabilities.js";
import type { LocalModel } from "../src/models/local-model.js";
import { parseModelName } from "../src/store/model-name.js";
import type { TemplateInput } from "../src/templates/chat-template.js";
import { TemplateLibrary } from "../src/templates/template-library.js";
import { libraryTemplates } from "./library-templates.js";

/*
 * What a real Ollama 0.33 rendered for models of its library, asked with `_debug_render_only`: the same requests are
 * rendered here and compared, case by case.
 */

interface WireMessage {
  role: string;
  content: string;
  thinking?: string;
  tool_calls?: { id?: string; function: { name: string; arguments: Record<string, unknown> } }[];
  tool_name?: string;
  tool_call_id?: string;
}

interface Case {
  messages: WireMessage[];
  tools?: unknown[];
  think?: boolean;
}

interface Recorded {
  capabilities: string;
  cases: Record<string, { status: number; text?: string; error?: string }>;
}

const read = <T>(file: string): T =>
  JSON.parse(readFileSync(new URL(`./fixtures/renders/${file}`, import.meta.url), "utf8")) as T;
const cases = read<Record<string, Case>>("cases.json");
const recorded = read<Record<string, Recorded>>("library-models.json");
const templates = new Map(libraryTemplates().map((entry) => [entry.model, entry]));
const library = new TemplateLibrary();

/** Cases that are not equal, and why. */
const DIFFERENT: Readonly<Record<string, string>> = {
  "library/command-a:111b toolresult": "the real server left the first two messages out: its window was too small",
  "library/command-r7b-arabic:7b toolresult":
    "the real server left the first two messages out: its window was too small",
  ...Object.fromEntries(
    ["multi", "tools", "toolresult"].map((key) => [
      `library/llama3.2-vision:latest ${key}`,
      "the template prints a list of parts, which the real server writes in Python's form and this one as JSON",
    ]),
  ),
};

// The recorded models have the weights of a demo model, whose begin-of-text token a Jinja template writes.
const BOS = "<|endoftext|>";

function modelOf(name: string): LocalModel {
  const entry = templates.get(name);
  if (entry === undefined) throw new Error(`no templates are known for ${name}`);
  return {
    name: parseModelName("x") as NonNullable<ReturnType<typeof parseModelName>>,
    builtin: false,
    digest: "",
    sizeBytes: 0,
    modifiedNs: 0n,
    modelPath: "",
    facts: {
      architecture: "llama",
      fileType: "F16",
      parameterCount: 0,
      contextLength: 0,
      embeddingLength: 0,
      embedding: false,
      hasPooling: false,
      chatTemplate: entry.gguf,
      bosToken: BOS,
      eosToken: BOS,
    },
    template: entry.ollama.template,
    parameters: {},
    messages: [],
    licenses: [],
    parentModel: "",
  };
}

function inputOf({ messages, tools, think }: Case, capabilities: readonly Capability[]): TemplateInput {
  const thinking = capabilities.includes("thinking") ? (think ?? true) : undefined;
  return {
    messages: messages.map(({ role, content, thinking: thought, tool_calls, tool_name, tool_call_id }) => ({
      role,
      content,
      ...(thought !== undefined && { thinking: thought }),
      ...(tool_calls !== undefined && {
        toolCalls: tool_calls.map(({ id, function: { name, arguments: input } }) => ({
          ...(id !== undefined && { id }),
          name,
          arguments: input,
        })),
      }),
      ...(tool_name !== undefined && { toolName: tool_name }),
      ...(tool_call_id !== undefined && { toolCallId: tool_call_id }),
    })),
    ...(tools !== undefined && { tools }),
    ...(thinking !== undefined && { think: thinking }),
  };
}

// Some templates write the date of the day; the recordings have theirs.
beforeAll(() => {
  vi.useFakeTimers({ now: new Date("2026-11-28T12:00:00"), toFake: ["Date"] });
});
afterAll(() => {
  vi.useRealTimers();
});

describe.each(Object.entries(recorded))("%s", (name, { capabilities, cases: rendered }) => {
  const model = modelOf(name);

  it("can do what the real server says", () => {
    expect(capabilitiesOf(model).toSorted().join()).toBe(capabilities.split(",").toSorted().join());
  });

  it.each(Object.entries(rendered).filter(([key, { status }]) => status === 200 && !(`${name} ${key}` in DIFFERENT)))(
    "renders %s as the real server does",
    (key, { text = "" }) => {
      const input = inputOf(cases[key] as Case, capabilitiesOf(model));
      const prompt = library.forChat(model).render(input);
      expect(prompt.replace(BOS, "")).toBe(text.replace(BOS, ""));
    },
  );
});
