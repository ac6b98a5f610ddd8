import { createHash } from "node:crypto";
import type { ModelDescription } from "@codo/ollama-contract";
import type { BenchModel } from "../report/bench-report.js";
import type { ModelSession } from "./model-session.js";

/** What the report says of a model: from `show`, and from `ps` once it is loaded. */
export async function describeBenchModel(session: ModelSession): Promise<BenchModel> {
  const description = await session.describe();
  // At the end of a run its model may be gone already, by its keep-alive or for another model.
  const loaded = (await session.loaded().catch(() => undefined)) ?? session.lastLoaded;
  const details = (description.details ?? {}) as Record<string, unknown>;
  const digest = loaded?.digest ?? description.digest;
  const template = templateOf(description);
  return {
    name: session.name,
    ...(digest === undefined ? {} : { digest }),
    ...text("format", details.format),
    ...text("family", details.family),
    ...text("parameterSize", details.parameter_size),
    ...text("quantization", details.quantization_level),
    ...(description.contextLength === undefined ? {} : { contextLength: description.contextLength }),
    ...(loaded?.contextLength === undefined ? {} : { numCtx: loaded.contextLength }),
    ...(template === undefined
      ? {}
      : { templateHash: createHash("sha256").update(template).digest("hex").slice(0, 16) }),
    ...(loaded === undefined ? {} : { sizeBytes: loaded.sizeBytes, sizeVramBytes: loaded.vramBytes }),
  };
}

function templateOf(description: ModelDescription): string | undefined {
  return typeof description.template === "string" ? description.template : undefined;
}

function text<K extends keyof BenchModel>(key: K, value: unknown): { [P in K]?: string } {
  return typeof value === "string" && value !== "" ? ({ [key]: value } as { [P in K]?: string }) : {};
}
