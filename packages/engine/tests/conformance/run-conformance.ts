import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { compareAnswer } from "./compare-answer.js";
import { EnginePool } from "./engine-pool.js";
import { buildFixture, type FixtureSources } from "./fixture-store.js";
import { RECORDED_REGISTRY, RecordedRegistry } from "./recorded-registry.js";
import { type RecordedRequest, type Recording, readRecordings, type Step } from "./recording.js";
import { RULES, type Rule } from "./rules.js";
import { runCase } from "./run-case.js";

/** What came of one case. */
export interface CaseVerdict {
  name: string;
  group: string;
  verdict: "passed" | "deviating" | "failing";
  /** Rules that explain the differences. */
  rules: string[];
  differences: string[];
}

/** Replays all recordings of a folder, or those that a filter lets through. */
export async function runConformance(
  folder: string,
  sources: FixtureSources,
  filter: (recording: Recording) => boolean = () => true,
): Promise<CaseVerdict[]> {
  const fixture = await buildFixture(sources);
  // What is to be pulled from the real registry meets a proxy that is not there: nothing leaves this machine.
  process.env.HTTPS_PROXY = "http://127.0.0.1:9";
  try {
    await using registry = await RecordedRegistry.start(fixture.folder);
    await using pool = new EnginePool(fixture);
    const verdicts: CaseVerdict[] = [];
    for (const recording of readRecordings(folder).filter(filter)) {
      verdicts.push(await judge(withRegistry(recording, registry.host), pool, folder));
    }
    return verdicts;
  } finally {
    await rm(dirname(fixture.folder), { recursive: true, force: true });
  }
}

/** The recording with the registry's address of this run. */
function withRegistry(recording: Recording, host: string): Recording {
  if (!recording.server.includes("registry")) return recording;
  const move = (request: RecordedRequest): RecordedRequest => {
    if (!JSON.stringify(request.body ?? "").includes(RECORDED_REGISTRY)) return request;
    const { "Content-Length": _, ...headers } = request.headers;
    const body: unknown = JSON.parse(JSON.stringify(request.body).replaceAll(RECORDED_REGISTRY, host));
    return { ...request, headers, body };
  };
  const moveStep = (step: Step): Step => ({
    ...step,
    ...(step.request && { request: move(step.request) }),
    ...(step.response && {
      response: {
        ...step.response,
        body: Buffer.from(step.response.body.toString("utf8").replaceAll(RECORDED_REGISTRY, host)),
      },
    }),
  });
  const { before, steps, after } = recording;
  return { ...recording, before: before.map(move), steps: steps.map(moveStep), after: after.map(move) };
}

async function judge(recording: Recording, pool: EnginePool, folder: string): Promise<CaseVerdict> {
  const rules = new Set<string>();
  const unexplained: string[] = [];
  await pool.use(recording, async (bed) => {
    for (const { step, answer } of await runCase(recording, bed, folder)) {
      if (step.request === undefined || step.response === undefined) continue;
      const differences = compareAnswer({
        request: step.request,
        expected: step.response,
        actual: answer,
        storeFolder: bed.folder,
      });
      if (differences.length === 0) continue;
      const rule: Rule | undefined = RULES.find((candidate) => candidate.applies(step, recording, answer));
      if (rule === undefined) unexplained.push(`${step.request.method} ${step.request.path}`, ...differences);
      else rules.add(rule.name);
    }
  });
  const verdict = unexplained.length > 0 ? "failing" : rules.size > 0 ? "deviating" : "passed";
  return { name: recording.name, group: recording.group, verdict, rules: [...rules], differences: unexplained };
}
