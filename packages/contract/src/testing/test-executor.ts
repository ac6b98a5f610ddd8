import { type CaseDefinition, type ConformanceCase, type MakeExecutor, MODEL } from "./conformance-case.js";
import { descriptionCases } from "./description-cases.js";
import { endingCases } from "./ending-cases.js";
import { eventCases } from "./event-cases.js";
import { failureCases } from "./failure-cases.js";
import { readerCases } from "./reader-cases.js";

/**
 * What every `ModelExecutor` has to do, as named cases for a test runner of any kind. Each case makes an executor
 * of its own.
 *
 * @example
 * ```ts
 * import { testExecutor } from "@codo/ollama-contract/testing";
 * import { describe, it } from "vitest";
 *
 * describe("my executor", () => {
 *   for (const { name, run } of testExecutor((script) => ({ executor: new MyExecutor(script) }))) it(name, run);
 * });
 * ```
 */
export function testExecutor(make: MakeExecutor): ConformanceCase[] {
  return [...eventCases(), ...readerCases(), ...endingCases(), ...failureCases(), ...descriptionCases()].map(
    (definition) => ({ name: definition.name, run: () => runCase(definition, make) }),
  );
}

async function runCase({ script, check }: CaseDefinition, make: MakeExecutor): Promise<void> {
  const tested = await make({ model: MODEL, ...script });
  try {
    await check(tested);
  } finally {
    await tested.close?.();
  }
}
