import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { compareAnswer } from "./compare-answer.js";
import { EnginePool } from "./engine-pool.js";
import { buildFixture, type FixtureSources } from "./fixture-store.js";
import { type Recording, readRecordings } from "./recording.js";
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
    await using pool = new EnginePool(fixture);
    const verdicts: CaseVerdict[] = [];
    for (const recording of readRecordings(folder).filter(filter)) {
      verdicts.push(await judge(recording, pool, folder));
    }
    return verdicts;
  } finally {
    await rm(dirname(fixture.folder), { recursive: true, force: true });
  }
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
