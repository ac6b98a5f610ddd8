import { readdirSync, readFileSync } from "node:fs";
import { type Capability, capabilitiesOf } from "../src/models/capabilities.js";
import type { LocalModel } from "../src/store/local-model.js";
import { parseModelName } from "../src/store/model-name.js";
import type { TemplateInput } from "../src/templates/chat-template.js";
import { TemplateLibrary } from "../src/templates/template-library.js";
import { libraryTemplates } from "./library-templates.js";

/*
 * What a real Ollama 0.33 rendered for models of its library, and for the Jinja templates that llama.cpp tests with,
 * asked with `_debug_render_only`: the same requests are rendered here and compared, case by case.
 */

interface WireMessage {
  role: string;
  content: string;
  thinking?: string;
  tool_calls?: { id?: string; function: { name: string; arguments: Record<string, unknown> } }[];
  tool_name?: string;
  tool_call_id?: string;
}

/** What the real server was asked, but for the model. */
export interface Case {
  messages: WireMessage[];
  tools?: unknown[];
  think?: boolean;
}

/** A case as the real server answered it, and this one. */
export interface RecordedCase {
  name: string;
  request: Case;
  status: number;
  /** What the real server rendered. */
  text: string;
  /** What it said instead. */
  error?: string | undefined;
  render(): string;
  /** Why the two are not equal; absent where they have to be. */
  difference: string | undefined;
}

/** A model with a template, and what a real server made of it. */
export interface RecordedModel {
  name: string;
  /** What the real server said that it can do. */
  capabilities: string;
  model: LocalModel;
  cases: RecordedCase[];
}

interface Recorded {
  capabilities: string;
  cases: Record<string, { status: number; text?: string; error?: string }>;
}

const FIXTURES = new URL("./fixtures/", import.meta.url);
const read = <T>(file: string): T => JSON.parse(readFileSync(new URL(`renders/${file}`, FIXTURES), "utf8")) as T;

const CUT = "the real server left the first messages out: its context window was too small";

/** Cases that are not equal, and why. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  "library/command-a:111b toolresult": CUT,
  "library/command-r7b-arabic:7b toolresult": CUT,
  "CohereForAI-c4ai-command-r7b-12-2024-tool_use.jinja toolresult": CUT,
  ...Object.fromEntries(
    ["GigaChat3-10B-A1.8B.jinja", "GigaChat3.1-10B-A1.8B.jinja"].flatMap((name) =>
      ["multi", "toolresult", "thinkhist", "prefill"].map((key) => [`${name} ${key}`, CUT]),
    ),
  ),
  ...Object.fromEntries(
    ["toolresult", "thinkhist", "prefill"].map((key) => [`unsloth-mistral-Devstral-Small-2507.jinja ${key}`, CUT]),
  ),
  "google-gemma-2-2b-it.jinja prefill":
    "the real server knew this template and rendered with the Go template that it ships for it, which does not continue an answer",
};

// The recorded models have the weights of a demo model, whose begin-of-text token a Jinja template writes.
const BOS = "<|endoftext|>";
const EOS = "<|im_end|>";

/** A text without what depends on the weights. */
export function withoutBos(text: string): string {
  return text.startsWith(BOS) ? text.slice(BOS.length) : text;
}

const library = new TemplateLibrary();
const cases = read<Record<string, Case>>("cases.json");

/** All models of the recordings. Some templates write the date of the day on which they were recorded. */
export function recordedModels(): RecordedModel[] {
  const known = new Map(libraryTemplates().map((entry) => [entry.model, entry]));
  const ofLibrary = Object.entries(read<Record<string, Recorded>>("library-models.json")).map(([name, recorded]) => {
    const entry = known.get(name);
    if (entry === undefined) throw new Error(`no templates are known for ${name}`);
    return recordedModel(name, recorded, modelOf(entry.gguf, entry.ollama.template), "2026-11-28");
  });
  const ofLlamaCpp = Object.entries(read<Record<string, Recorded>>("jinja-templates.json")).map(([name, recorded]) =>
    recordedModel(name, recorded, modelOf(jinjaSource(name)), "2026-11-27"),
  );
  return [...ofLibrary, ...ofLlamaCpp];
}

/** The models of the library that nothing was recorded of. */
export function unrecordedModels(): Pick<RecordedModel, "name" | "model">[] {
  const recorded = new Set(Object.keys(read<Record<string, Recorded>>("library-models.json")));
  return libraryTemplates()
    .filter(({ model }) => !recorded.has(model))
    .map((entry) => ({ name: entry.model, model: modelOf(entry.gguf, entry.ollama.template) }));
}

/** The names of the Jinja templates that are kept here. */
export function jinjaNames(): string[] {
  return readdirSync(new URL("llama-cpp-templates/", FIXTURES)).filter((name) => name.endsWith(".jinja"));
}

function jinjaSource(name: string): string {
  return readFileSync(new URL(`llama-cpp-templates/${name}`, FIXTURES), "utf8");
}

function recordedModel(name: string, recorded: Recorded, model: LocalModel, day: string): RecordedModel {
  const capabilities = capabilitiesOf(model);
  return {
    name,
    capabilities: recorded.capabilities,
    model,
    cases: Object.entries(recorded.cases).map(([key, { status, text = "", error }]) => ({
      name: key,
      request: cases[key] as Case,
      status,
      text,
      error,
      difference: DIFFERENCES[`${name} ${key}`],
      render: () => {
        const input = inputOf(cases[key] as Case, capabilities);
        return library.forChat(model).render({ ...input, today: new Date(`${day}T12:00:00`) });
      },
    })),
  };
}

/** A model with these templates, and the weights of the recorded models. */
export function modelOf(chatTemplate: string | undefined, template?: string): LocalModel {
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
      ...(chatTemplate !== undefined && { chatTemplate }),
      bosToken: BOS,
      eosToken: EOS,
    },
    ...(template !== undefined && { template }),
    adapterPaths: [],
    projectorPaths: [],
    parameters: {},
    messages: [],
    licenses: [],
    parentModel: "",
  };
}

function inputOf({ messages, tools, think }: Case, capabilities: readonly Capability[]): TemplateInput {
  const thinking = think ?? (capabilities.includes("thinking") ? true : undefined);
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
