import { startTestServer } from "@codo/test-utils";

/** A server with some models that are always the same. */
export interface ModelServer {
  url: string;
  stop: () => Promise<void>;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Starts the server. Ages and times left stay what they are while a test runs. */
export async function startModelServer(): Promise<ModelServer> {
  const answers: Record<string, object> = {
    "/api/version": { version: "0.33.0" },
    "/api/tags": { models: [SMALL, LONG_NAMED, EMBEDDING] },
    "/api/ps": {
      models: [
        { ...SMALL, size_vram: SMALL.size, context_length: 8192, expires_at: fromNow(4.5 * 60_000) },
        { ...LONG_NAMED, size_vram: 9_700_000_000, context_length: 131_072, expires_at: "2318-01-01T00:00:00Z" },
      ],
    },
    "/api/show": SHOWN,
  };
  return await startTestServer((request, response) => {
    request.resume();
    response.setHeader("content-type", "application/json; charset=utf-8");
    response.end(JSON.stringify(answers[request.url ?? ""] ?? {}));
  });
}

function fromNow(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}

function model(name: string, about: { size: number; days: number; family: string; parameters: string; digit: string }) {
  return {
    name,
    model: name,
    modified_at: fromNow(-about.days * DAY_MS - HOUR_MS),
    size: about.size,
    digest: about.digit.repeat(64),
    details: {
      format: "gguf",
      family: about.family,
      families: [about.family],
      parameter_size: about.parameters,
      quantization_level: "Q4_K_M",
    },
  };
}

const SMALL = model("llama3.2:3b", { size: 2_019_393_189, days: 3, family: "llama", parameters: "3.2B", digit: "a" });
const LONG_NAMED = model("registry.example.com/team/deepseek-r1:32b-qwen-distill-q4_K_M", {
  size: 19_851_337_640,
  days: 40,
  family: "qwen2",
  parameters: "32.8B",
  digit: "b",
});
const EMBEDDING = model("nomic-embed-text:latest", {
  size: 274_302_450,
  days: 400,
  family: "nomic-bert",
  parameters: "137M",
  digit: "c",
});

const SHOWN = {
  license:
    "LLAMA 3.2 COMMUNITY LICENSE AGREEMENT\nLlama 3.2 Version Release Date: September 25, 2024, and a line that is longer than a narrow terminal is wide",
  parameters: 'stop                           "<|start_header_id|>"\nstop                           "<|eot_id|>"',
  system: "You answer briefly, in plain words, and you say so when you do not know something that was asked of you.",
  details: SMALL.details,
  model_info: { "general.architecture": "llama", "llama.context_length": 131_072, "llama.embedding_length": 3072 },
  capabilities: ["completion", "tools"],
};
