// Closes a CI run: reads vitest's JSON report and the exit statuses of the tests and the gates, prints one line
// "N passed, N failed" and fails when anything did. A run that reported nothing is a failure.
import { readFileSync } from "node:fs";

const [file, testStatus, gateStatus] = process.argv.slice(2);
let passed = 0;
let failed = 0;
try {
  const report = JSON.parse(readFileSync(file, "utf8"));
  passed = report.numPassedTests;
  failed = report.numFailedTests;
  // A file that failed to load has no tests to count.
  failed += report.testResults.filter(
    (suite) => suite.status === "failed" && suite.assertionResults.length === 0,
  ).length;
} catch (error) {
  console.log(`no test report: ${error instanceof Error ? error.message : error}`);
}
if (testStatus !== "0" && failed === 0) failed = 1;
if (passed === 0 && failed === 0) failed = 1;
if (gateStatus === "0") passed += 1;
else failed += 1;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
