import { RULES } from "./rules.js";
import type { CaseVerdict } from "./run-conformance.js";

/** The verdicts as a table, with the failing cases named and the rules explained. */
export function renderReport(verdicts: readonly CaseVerdict[]): string {
  const groups = [...new Set(verdicts.map(({ group }) => group))].sort();
  const row = (group: string, cases: readonly CaseVerdict[]): string => {
    const count = (verdict: string): string =>
      String(cases.filter((one) => one.verdict === verdict).length).padStart(10);
    return `${group.padEnd(12)}${String(cases.length).padStart(6)}${count("passed")}${count("deviating")}${count("failing")}`;
  };
  const rules = RULES.map((rule) => ({
    rule,
    cases: verdicts.filter(({ rules: names }) => names.includes(rule.name)),
  }));
  return [
    `${"group".padEnd(12)}${"cases".padStart(6)}${"passed".padStart(10)}${"deviating".padStart(10)}${"failing".padStart(10)}`,
    ...groups.map((group) =>
      row(
        group,
        verdicts.filter((verdict) => verdict.group === group),
      ),
    ),
    row("all", verdicts),
    "",
    ...rules
      .filter(({ cases }) => cases.length > 0)
      .map(({ rule, cases }) => `${rule.name}: ${cases.length} cases, because ${rule.reason}`),
    ...verdicts.filter(({ verdict }) => verdict === "failing").flatMap(renderFailure),
  ].join("\n");
}

function renderFailure({ name, differences }: CaseVerdict): string[] {
  return ["", `failing: ${name}`, ...differences.map((difference) => `  ${difference}`)];
}
