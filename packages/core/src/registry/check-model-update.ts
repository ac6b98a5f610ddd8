import { createHash } from "node:crypto";
import type { OllamaModel } from "@codo/ollama-contract";
import { parseModelName } from "@codo/ollama-contract";

/** Whether a model is what its registry has now. */
export interface ModelUpdate {
  name: string;
  /** `unknown` where the registry could not be asked; `local` where it does not have the model. */
  status: "current" | "outdated" | "updated" | "local" | "unknown";
  /** Why it is unknown, for a person. */
  reason?: string;
}

/** How a registry is asked. */
export interface CheckUpdateOptions {
  signal?: AbortSignal;
  /** Where registries are: an address for a registry's host. @defaultValue https and the host */
  registryUrl?: (host: string) => string;
  /** How long the registry may take, in milliseconds. @defaultValue 10 000 */
  timeoutMs?: number;
}

const MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
/** A manifest has about a kilobyte. */
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Asks the registry whether it has another version of a model. A model's digest is the SHA-256 of its manifest, so the
 * manifest alone, about a kilobyte, decides. Nothing is thrown but an abort.
 */
export async function checkModelUpdate(
  { name, digest }: Pick<OllamaModel, "name" | "digest">,
  options: CheckUpdateOptions = {},
): Promise<ModelUpdate> {
  const { host, namespace, model, tag } = parseModelName(name);
  const registry = (options.registryUrl ?? ((registryHost) => `https://${registryHost}`))(host);
  const url = `${registry}/v2/${namespace}/${model}/manifests/${tag}`;
  try {
    const { status, body } = await getManifest(url, options);
    if (status === 404) return { name, status: "local" };
    if (status !== 200) return { name, status: "unknown", reason: `the registry answered ${status}` };
    const latest = createHash("sha256").update(body).digest("hex");
    return { name, status: latest === digest.replace(/^sha256:/, "") ? "current" : "outdated" };
  } catch (error) {
    if (options.signal?.aborted) throw error;
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    return { name, status: "unknown", reason: `the registry cannot be reached (${reason})` };
  }
}

async function getManifest(url: string, options: CheckUpdateOptions): Promise<{ status: number; body: Buffer }> {
  const { get } = url.startsWith("https:") ? await import("node:https") : await import("node:http");
  const timeout = AbortSignal.timeout(options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
  return await new Promise((resolve, reject) => {
    const request = get(url, { headers: { accept: MANIFEST }, signal }, (response) => {
      const chunks: Buffer[] = [];
      let sizeBytes = 0;
      response.on("data", (chunk: Buffer) => {
        sizeBytes += chunk.length;
        if (sizeBytes > MAX_MANIFEST_BYTES) response.destroy(new Error("its manifest has no end"));
        else chunks.push(chunk);
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }));
      response.on("error", reject);
    });
    request.on("error", reject);
  });
}
