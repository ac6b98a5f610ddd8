import { canonicalModelName, sameModelName } from "@codo/ollama-contract";
import type { BenchReport } from "../report/bench-report.js";
import type { EnvironmentDifference } from "../report/comparison.js";

type Facts = Record<string, string | undefined>;

/**
 * What differs between the surroundings of two reports. Another machine or another scenario makes them incomparable;
 * another server version or another build of a model is what a comparison may well be about, and is only said.
 */
export function environmentDiff(before: BenchReport, after: BenchReport): EnvironmentDifference[] {
  return [
    ...differences(machineOf(before), machineOf(after), true),
    ...differences(serverOf(before), serverOf(after), false),
    ...before.scenarios.flatMap((scenario) => {
      const other = after.scenarios.find(({ id }) => id === scenario.id);
      return other === undefined ? [] : differences(scenarioFacts(scenario), scenarioFacts(other), true);
    }),
    ...missing(
      "scenario",
      before.scenarios.map(({ id }) => id),
      after.scenarios.map(({ id }) => id),
    ),
    ...before.models.flatMap((model) => {
      const other = after.models.find(({ name }) => sameModelName(name, model.name));
      return other === undefined
        ? []
        : [
            ...differences(modelFacts(model.name, model), modelFacts(model.name, other), false),
            ...differences(contextFacts(model.name, model), contextFacts(model.name, other), true),
          ];
    }),
    ...missing(
      "model",
      before.models.map(({ name }) => canonicalModelName(name)),
      after.models.map(({ name }) => canonicalModelName(name)),
    ),
  ];
}

function differences(before: Facts, after: Facts, isBlocking: boolean): EnvironmentDifference[] {
  return Object.keys({ ...before, ...after }).flatMap((field) => {
    const from = before[field] ?? "unknown";
    const to = after[field] ?? "unknown";
    return from === to ? [] : [{ field, before: from, after: to, isBlocking }];
  });
}

function missing(kind: string, before: readonly string[], after: readonly string[]): EnvironmentDifference[] {
  const lost = before
    .filter((name) => !after.includes(name))
    .map((name) => ({ field: `${kind} ${name}`, before: "measured", after: "not measured", isBlocking: false }));
  const added = after
    .filter((name) => !before.includes(name))
    .map((name) => ({ field: `${kind} ${name}`, before: "not measured", after: "measured", isBlocking: false }));
  return [...lost, ...added];
}

function machineOf({ environment: { client, server, gpus } }: BenchReport): Facts {
  return {
    "client cpu": `${client.cpu} × ${client.cores}`,
    "client platform": `${client.platform} ${client.arch}`,
    "server shares the client's machine": String(server.isLocal),
    gpus: gpus.map(({ name }) => name).join(", ") || "none",
  };
}

function serverOf({ environment, run }: BenchReport): Facts {
  return {
    "server version": environment.server.version,
    node: environment.client.node,
    "tool version": run.toolVersion,
  };
}

function scenarioFacts({ id, prompt, options, outputTokens, requests, load }: BenchReport["scenarios"][number]): Facts {
  return {
    [`${id}: prompts`]: prompt.sha256,
    [`${id}: options`]: JSON.stringify(Object.entries(options).sort(([a], [b]) => a.localeCompare(b))),
    [`${id}: output tokens`]: String(outputTokens ?? "no limit"),
    [`${id}: requests`]: String(requests),
    [`${id}: load`]: JSON.stringify(load),
  };
}

/** Under one name: "x" and "x:latest" are the same model. */
function modelFacts(name: string, { digest, quantization, templateHash }: BenchReport["models"][number]): Facts {
  return { [`${name}: digest`]: digest, [`${name}: quantization`]: quantization, [`${name}: template`]: templateHash };
}

function contextFacts(name: string, { numCtx }: BenchReport["models"][number]): Facts {
  return { [`${name}: context window`]: numCtx === undefined ? undefined : String(numCtx) };
}
