import type { CommandSpec } from "../../arguments/command-spec.js";
import { REPORT_OPTIONS } from "../bench/bench-command.js";

/** `codo report`: a measured report in another form, or against another. */
export const reportCommand: CommandSpec = {
  name: "report",
  summary: "Render a benchmark report, or compare two",
  details: "Exit status 4 for a regression against the baseline, 5 with --strict when the comparison is inconclusive.",
  positionals: [
    {
      name: "file",
      isRequired: true,
      completes: "files",
      describe: "A JSON report, or its id in the outputs (or last, last~1)",
    },
  ],
  options: REPORT_OPTIONS,
  examples: [
    ["codo report today.json --output today.html", "As a page"],
    ["codo report today.json --baseline yesterday.json", "What has changed"],
  ],
  load: () => import("./report.js"),
};
