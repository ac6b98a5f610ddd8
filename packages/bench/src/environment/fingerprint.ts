import { createHash } from "node:crypto";
import type { Scenario } from "../plan/scenario.js";
import type { BenchEnvironment, BenchModel } from "../report/bench-report.js";

/** A hash of everything that has to agree for two reports to be compared: machines, scenarios, context windows. */
export function fingerprint(
  environment: Omit<BenchEnvironment, "fingerprint">,
  scenarios: readonly Scenario[],
  models: readonly BenchModel[],
): string {
  const { client, server, gpus } = environment;
  const facts = [
    [client.cpu, client.cores, client.platform, client.arch],
    [server.isLocal, gpus.map(({ name }) => name)],
    scenarios.map(({ id, prompt, options, outputTokens, requests, load }) => [
      id,
      prompt.sha256,
      options,
      outputTokens,
      requests,
      load,
    ]),
    models.map(({ name, numCtx }) => [name, numCtx]),
  ];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 16);
}
