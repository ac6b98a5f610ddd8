import type { Attributes, Histogram, Meter } from "@opentelemetry/api";
import { definedFields } from "../objects/defined-fields.js";
import type { TraceMessage } from "./trace-message.js";

// Source: OpenTelemetry semantic conventions for generative AI, 1.38 (status: development).

/** Seconds. */
const DURATION_BUCKETS: number[] = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];

/** A histogram of durations, in seconds. */
export function durationHistogram(meter: Meter, name: string, description: string): Histogram {
  return meter.createHistogram(name, {
    unit: "s",
    description,
    advice: { explicitBucketBoundaries: DURATION_BUCKETS },
  });
}

/** Attributes with what a call failed of, where it failed. */
export function withErrorType(attributes: Attributes, errorType: string | undefined): Attributes {
  return errorType === undefined ? attributes : { ...attributes, "error.type": errorType };
}

/** Tokens. */
export const TOKEN_BUCKETS: number[] = [
  1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864,
];

const OPERATIONS: Record<string, string> = { chat: "chat", generate: "text_completion", embed: "embeddings" };

/** The conventions' name of an operation; absent for what is no call of a model. */
export function genAiOperation({ operation = "" }: TraceMessage): string | undefined {
  return OPERATIONS[operation];
}

/** What spans and metrics of a call of a model have in common. */
export function genAiAttributes(message: TraceMessage): Attributes {
  const name = genAiOperation(message);
  return definedFields({
    "gen_ai.operation.name": name,
    "gen_ai.provider.name": "ollama",
    "gen_ai.request.model": message.model,
  });
}

/** What is known of a call at its end. */
export function usageAttributes({ promptTokens, completionTokens, doneReason }: TraceMessage): Attributes {
  return definedFields({
    "gen_ai.usage.input_tokens": promptTokens,
    "gen_ai.usage.output_tokens": completionTokens,
    "gen_ai.response.finish_reasons": doneReason === undefined ? undefined : [doneReason],
  });
}

const OPTIONS: Record<string, string> = {
  temperature: "gen_ai.request.temperature",
  top_p: "gen_ai.request.top_p",
  top_k: "gen_ai.request.top_k",
  num_predict: "gen_ai.request.max_tokens",
  seed: "gen_ai.request.seed",
  stop: "gen_ai.request.stop_sequences",
  frequency_penalty: "gen_ai.request.frequency_penalty",
  presence_penalty: "gen_ai.request.presence_penalty",
};

/** Options that were sent, by the conventions' names; the others have none. */
export function optionAttributes(options: Record<string, unknown> = {}): Attributes {
  const named = Object.entries(options).flatMap(([name, value]): [string, Attributes[string]][] => {
    const attribute = OPTIONS[name];
    return attribute === undefined ? [] : [[attribute, value as Attributes[string]]];
  });
  return Object.fromEntries(named);
}

/** A server's address in parts; a unix socket has a path and no port. */
export function serverAttributes(host: string | undefined): Attributes {
  if (host === undefined || host === "") return {};
  if (host.startsWith("unix://")) return { "server.address": host.slice("unix://".length) };
  const { hostname, port, protocol } = new URL(host);
  return { "server.address": hostname, "server.port": Number(port || (protocol === "https:" ? 443 : 80)) };
}
