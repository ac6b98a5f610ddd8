import { sameModelName } from "@codo/ollama-core";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { loadQueue, queueConnection } from "../../running/queue-access.js";
import { sanitize } from "../../terminal/sanitize.js";

/** So many characters of a digest are told apart by eye, as `codo models list` shows them. */
const SHOWN_CHARACTERS = 12;

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
    const builds = new Map<string, Map<string, Set<string>>>();
    for (const { host, digests = {} } of (await fleet.status()).workers) {
      for (const [name, digest] of Object.entries(digests)) {
        const hostsByDigest = builds.get(name) ?? new Map<string, Set<string>>();
        builds.set(name, hostsByDigest.set(digest, (hostsByDigest.get(digest) ?? new Set()).add(host)));
      }
    }
    const common: Record<string, string> = {};
    for (const [name, hostsByDigest] of builds) {
      const [only] = hostsByDigest.keys();
      if (hostsByDigest.size === 1) common[name] = only as string;
      else if (sameModelName(name, model)) context.terminal.warn(sanitize(differing(name, hostsByDigest)));
    }
    return common;
  } finally {
    await fleet.close();
  }
}

function differing(model: string, hostsByDigest: ReadonlyMap<string, ReadonlySet<string>>): string {
  const builds = [...hostsByDigest].map(([digest, hosts]) => {
    return `${digest.replace(/^sha256:/, "").slice(0, SHOWN_CHARACTERS)} at ${[...hosts].join(", ")}`;
  });
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
