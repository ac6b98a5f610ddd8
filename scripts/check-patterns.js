// Finds regular expressions that take more than linear time: text of a server, a file or a model can be as long as it
// likes, and such a pattern would hold the whole process. `node scripts/check-patterns.js [file …]`
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { checkSync } from "recheck";
import ts from "typescript";

const TIMEOUT_MS = 60_000;

/** Patterns that are put together at run time, with what keeps them linear. */
const MADE_AT_RUN_TIME = {
  "packages/bench/src/render/escape-markup.ts": "one class",
  "packages/cli/src/terminal/style.ts": "numbers, joined by |",
  "packages/cli/src/terminal/terminal.ts": "a sequence that begins at ESC and is eight characters at most",
  "packages/contract/src/text/visible-controls.ts": "one class",
  "packages/output/src/records/record-path.ts": "anchored at both ends, each part can match in one way only",
  "packages/bench/src/quality/quality-check.ts": "the pattern is the user's own",
  "packages/cli/src/commands/outputs/search-outputs.ts": "escaped words, joined by |",
  "packages/cli/src/terminal/sanitize.ts": "has tests with long runs of its own",
  "packages/cli/src/terminal/string-width.ts": "an escape sequence: begins at ESC, which cannot be inside of one",
  "packages/cli/src/terminal/word-flow.ts":
    "classes that share no character; the one looked ahead ends where the next begins",
  "packages/engine/src/grammar/language/pattern.ts": "only compiled, to see whether it is valid",
  "packages/engine/src/grammar/language/pattern-parser.ts": "one class, tried on one character",
  "packages/engine/src/http/origin-policy.ts": "the pattern is the operator's, a header is short",
};

const files = process.argv.length > 2 ? process.argv.slice(2) : sourceFiles();
const problems = files.flatMap(problemsOf);
for (const problem of problems) console.error(problem);
console.log(`${files.length} files looked at, ${problems.length} patterns that may take more than linear time`);
process.exitCode = problems.length === 0 ? 0 : 1;

function sourceFiles() {
  const listed = execFileSync(
    "git",
    ["ls-files", "--cached", "--others", "--exclude-standard", ":(glob)packages/*/src/**"],
    {
      encoding: "utf8",
    },
  );
  return listed.split("\n").filter((file) => file.endsWith(".ts") && !/\.test(-d)?\.ts$/.test(file));
}

function problemsOf(file) {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const found = [];
  const report = (node, text) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    found.push(`${file}:${line + 1} ${text}`);
  };
  const visit = (node) => {
    if (ts.isRegularExpressionLiteral(node)) {
      const complaint = complaintAbout(node.text);
      if (complaint !== undefined) report(node, `${node.text} ${complaint}`);
    }
    if (ts.isNewExpression(node) && node.expression.getText() === "RegExp" && !(file in MADE_AT_RUN_TIME)) {
      report(node, "makes a pattern at run time: say in scripts/check-patterns.js what keeps it linear");
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** What is wrong with a pattern; what cannot be decided in time is not let through either. */
function complaintAbout(literal) {
  const end = literal.lastIndexOf("/");
  const result = checkSync(literal.slice(1, end), literal.slice(end + 1), { timeout: TIMEOUT_MS });
  if (result.status === "safe") return undefined;
  if (result.status === "unknown") return `cannot be judged (${result.error.kind}): write it more simply`;
  return `is ${result.complexity.summary}: ${result.attack.pattern}`;
}
