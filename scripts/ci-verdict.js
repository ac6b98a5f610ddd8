// Closes a CI run: reads vitest's JSON report and the exit statuses of the tests and of each gate, prints one line
// "N passed, N failed" and fails when anything did, or was skipped. A run that reported nothing is a failure.
import { readFileSync } from "node:fs";

const [file, testStatus, ...gateStatuses] = process.argv.slice(2);
const { CODO_CI_WITHOUT: without } = process.env;
let passed = 0;
let failed = 0;
try {
  const report = JSON.parse(readFileSync(file, "utf8"));
  passed = report.numPassedTests;
  failed = report.numFailedTests;
  // A fresh machine gets every tool (see .ci/run): what is skipped there is a test that nobody runs.
  const skipped = report.testResults
    .flatMap((suite) => suite.assertionResults)
    .filter(({ status }) => status !== "passed" && status !== "failed");
  for (const { fullName } of skipped) console.log(`not run: ${fullName}`);
  failed += skipped.filter(({ fullName }) => without === undefined || !fullName.includes(without)).length;
  // A file that failed to load has no tests to count.
  failed += report.testResults.filter(
    (suite) => suite.status === "failed" && suite.assertionResults.length === 0,
  ).length;
} catch (error) {
  console.log(`no test report: ${error instanceof Error ? error.message : error}`);
}
if (testStatus !== "0" && failed === 0) failed = 1;
if (passed === 0 && failed === 0) failed = 1;
for (const status of gateStatuses) {
  if (status === "0") passed += 1;
  else failed += 1;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
