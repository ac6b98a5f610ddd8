import { sameModelName } from "@codo/ollama-core";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { loadQueue, queueConnection } from "../../running/queue-access.js";
import { sanitize } from "../../terminal/sanitize.js";

/** So many letters of a digest are told apart by eye, as `codo models list` shows them. */
const SHOWN = 12;

/**
 * The digests of the models at the workers of a queue, of each where all that say it say the same. Where those of the
 * batch's model differ, its answers come from different models: that is said.
 */
export async function fleetDigests(
  args: ParsedArguments,
  context: CliContext,
  model: string,
): Promise<Record<string, string>> {
  const { openFleet } = await loadQueue();
  const fleet = await openFleet(queueConnection(args, context));
  try {
    const builds = new Map<string, Map<string, string[]>>();
    for (const { host, digests = {} } of (await fleet.status()).workers) {
      for (const [name, digest] of Object.entries(digests)) {
        const hosts = builds.get(name) ?? new Map<string, string[]>();
        builds.set(name, hosts.set(digest, [...(hosts.get(digest) ?? []), host]));
      }
    }
    const common: Record<string, string> = {};
    for (const [name, hosts] of builds) {
      const [only] = hosts.keys();
      if (hosts.size === 1) common[name] = only as string;
      else if (sameModelName(name, model)) context.terminal.warn(sanitize(differing(name, hosts)));
    }
    return common;
  } finally {
    await fleet.close();
  }
}

function differing(model: string, hosts: ReadonlyMap<string, readonly string[]>): string {
  const builds = [...hosts].map(([digest, at]) => `${digest.slice(0, SHOWN)} at ${at.join(", ")}`);
  return `The workers have different builds of the model "${model}": ${builds.join("; ")}. Each answers with its own.`;
}

/** Those of a batch: that of its model, and those of the models that its items may name. */
export function digestsOf(
  model: string,
  modelDigests: Record<string, string>,
): { modelDigest?: string; modelDigests: Record<string, string> } {
  const [, modelDigest] = Object.entries(modelDigests).find(([name]) => sameModelName(name, model)) ?? [];
  return { modelDigests, ...(modelDigest === undefined ? {} : { modelDigest }) };
}
