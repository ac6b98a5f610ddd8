import { Validator } from "@cfworker/json-schema";
import { OllamaError, type ToolCall } from "@codo/ollama-contract";
import { wilson } from "../statistics/wilson.js";

/** A deterministic check of an answer. `prompt` is the place of the prompt it is for; absent means all. */
export type QualityCheck = { name: string; prompt?: number } & (
  | { type: "contains"; text: string; ignoreCase?: boolean }
  | { type: "regex"; pattern: string; flags?: string }
  | { type: "jsonSchema"; schema: Record<string, unknown> }
  | { type: "toolCall"; tool: string; arguments?: Record<string, unknown> }
  | { type: "custom"; check: (answer: CheckedAnswer) => boolean }
);

/** What a check sees. */
export interface CheckedAnswer {
  text: string;
  toolCalls: readonly ToolCall[];
  promptIndex: number;
}

/** The share of answers that passed a check, with its Wilson interval. */
export interface QualityOutcome {
  check: string;
  model: string;
  scenarioId: string;
  passed: number;
  n: number;
  rate: number | null;
  ci95: [number, number] | null;
}

/** Refuses what could not be checked, before anything is measured. @throws OllamaError `INVALID_CONFIG` */
export function assertChecks(checks: readonly QualityCheck[]): void {
  for (const check of checks) if (check.type === "regex") toRegExp(check);
}

/** Checks an answer. A custom check that throws did not pass. */
export function runCheck(check: QualityCheck, answer: CheckedAnswer): boolean {
  switch (check.type) {
    case "contains":
      return check.ignoreCase
        ? answer.text.toLowerCase().includes(check.text.toLowerCase())
        : answer.text.includes(check.text);
    case "regex":
      return toRegExp(check).test(answer.text);
    case "jsonSchema":
      return matchesSchema(check.schema, answer.text);
    case "toolCall":
      return answer.toolCalls.some(
        (call) => call.function.name === check.tool && includesAll(call.function.arguments, check.arguments ?? {}),
      );
    case "custom":
      return passes(check.check, answer);
  }
}

/** Runs the checks that are for a prompt. */
export function runChecks(checks: readonly QualityCheck[], answer: CheckedAnswer): Record<string, boolean> {
  const applicable = checks.filter((check) => check.prompt === undefined || check.prompt === answer.promptIndex);
  return Object.fromEntries(applicable.map((check) => [check.name, runCheck(check, answer)]));
}

/** Pass rates of each check over the records of one model and scenario. */
export function qualityOf(
  records: readonly { model: string; scenarioId: string; checks?: Record<string, boolean> }[],
): QualityOutcome[] {
  const groups = new Map<string, QualityOutcome>();
  for (const { model, scenarioId, checks = {} } of records) {
    for (const [check, passed] of Object.entries(checks)) {
      const key = JSON.stringify([model, scenarioId, check]);
      const group = groups.get(key) ?? { check, model, scenarioId, passed: 0, n: 0, rate: null, ci95: null };
      group.n++;
      if (passed) group.passed++;
      groups.set(key, group);
    }
  }
  return [...groups.values()].map((group) => ({
    ...group,
    rate: group.passed / group.n,
    ci95: wilson(group.passed, group.n),
  }));
}

/** A mistake in a check must not cost the measurements of a whole run. */
function passes(check: (answer: CheckedAnswer) => boolean, answer: CheckedAnswer): boolean {
  try {
    return check(answer);
  } catch {
    return false;
  }
}

function toRegExp({ name, pattern, flags }: { name: string; pattern: string; flags?: string }): RegExp {
  try {
    return new RegExp(pattern, flags);
  } catch (cause) {
    throw new OllamaError(
      "INVALID_CONFIG",
      `The regular expression of check "${name}" does not parse: ${(cause as Error).message}`,
      { cause },
    );
  }
}

function matchesSchema(schema: Record<string, unknown>, text: string): boolean {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return false;
  }
  return new Validator(schema, "2020-12").validate(value).valid;
}

function includesAll(actual: Record<string, unknown>, expected: Record<string, unknown>): boolean {
  return Object.entries(expected).every(([key, value]) => JSON.stringify(actual[key]) === JSON.stringify(value));
}
