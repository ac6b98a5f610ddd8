// Writes schema/bench-report.json from the valibot schema in the built package; a test checks that it is up to date.
import { writeFileSync } from "node:fs";
import { toJsonSchema } from "@valibot/to-json-schema";
import { benchReportSchema } from "../dist/index.js";

const schema = toJsonSchema(benchReportSchema, { errorMode: "ignore" });
writeFileSync(
  new URL("../schema/bench-report.json", import.meta.url),
  `${JSON.stringify({ ...schema, title: "Report of @codo/ollama-bench" }, null, 2)}\n`,
);
