import { statSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { renderReport } from "./report.js";
import { runConformance } from "./run-conformance.js";

// This module is built to the package's `dist`.
const PACKAGE = new URL("../", import.meta.url);
const RECORDINGS = fileURLToPath(new URL("../test-utils/transcripts", PACKAGE));

const [first, ...rest] = process.argv.slice(2);
const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
const folder = first !== undefined && isFolder(first) ? resolve(first) : RECORDINGS;
const only = folder === RECORDINGS && first !== undefined ? [first, ...rest] : rest;
const verdicts = await runConformance(
  folder,
  {
    templates: fileURLToPath(new URL("tests/conformance/templates", PACKAGE)),
    demoModel: fileURLToPath(new URL("models/codo-tiny/codo-tiny.gguf", PACKAGE)),
    recordedModels: fileURLToPath(new URL("models", `file://${RECORDINGS}/`)),
  },
  ({ name }) => only.length === 0 || only.includes(name),
);
if (verdicts.length === 0) {
  process.stderr.write(`There is no such folder, and no recording of that name in ${folder}.\n`);
  process.exit(2);
}
process.stdout.write(`${renderReport(verdicts)}\n`);
process.exitCode = verdicts.some(({ verdict }) => verdict === "failing") ? 1 : 0;
