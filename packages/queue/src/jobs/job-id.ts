import { hash } from "node:crypto";
import type { ExecutionRequest } from "@codo/ollama-contract";
import { contentHash } from "@codo/ollama-runner/batch-kit";

/** Between a batch and what follows; BullMQ allows no colon in an id. */
const SEPARATOR = ".";

/** Ids of batches by their content differ from random ones by this letter; an id of digits alone is not allowed. */
const BATCH_PREFIX = "b";

/**
 * The id of an item's job: the same item under the same key in the same batch is one job, no matter who submits it and how
 * often. It holds a hash of all that makes the answer, so that a changed item under an old key is another job.
 */
export function itemJobId(batch: string, key: string, request: ExecutionRequest): string {
  return `${batchPrefix(batch)}${hash("sha256", `${key}\n${contentHash(request)}`, "hex").slice(0, 32)}`;
}

/** How the ids of all jobs of a batch begin. */
export function batchPrefix(batch: string): string {
  return `${batch}${SEPARATOR}`;
}

/** Makes the id of a batch from a digest of its content, so that the same content is the same batch. */
export function batchIdOf(...parts: string[]): string {
  return BATCH_PREFIX + hash("sha256", parts.join("\n"), "hex").slice(0, 16);
}
