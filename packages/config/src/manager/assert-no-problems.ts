import { OllamaError } from "@codo/ollama-contract";
import type { ConfigSettings } from "../schema/config-schema.js";
import { formatSettingPath } from "../schema/setting-path.js";
import { checkSettings } from "../validation/check-settings.js";
import type { ConfigProblem } from "../validation/config-problem.js";

/** Everything wrong in settings; with `onlyKnown` also keys that merely are unknown. */
export function problemsIn(settings: ConfigSettings, onlyKnown = false): ConfigProblem[] {
  return checkSettings(settings)
    .filter(({ severity, path }) => severity === "error" || (onlyKnown && path.length === 1))
    .map(({ severity, path, ...problem }) => ({ ...problem, path: formatSettingPath(path) }));
}

/**
 * Refuses settings with anything wrong in them; with `onlyKnown` also keys that merely are unknown.
 * @throws OllamaError `INVALID_CONFIG` with all problems in `details.problems`
 */
export function assertNoProblems(settings: ConfigSettings, onlyKnown = false): void {
  const problems = problemsIn(settings, onlyKnown);
  if (problems.length === 0) return;
  const lines = problems.map(({ path, message }) => `${path}: ${message}`);
  throw new OllamaError("INVALID_CONFIG", `Nothing was changed. ${lines.join("\n")}`, { details: { problems } });
}
