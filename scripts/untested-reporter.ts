import type { Reporter, TestModule } from "vitest/node";

const NEEDS = /^needs (.+)$/;
/** Debian's packages of the tools that are not called like them. */
const PACKAGES: Readonly<Record<string, string>> = {
  "llama-server": "llama.cpp-tools",
  "llama-quantize": "llama.cpp-tools",
};

/** A reporter of vitest: after everything else it says in one line what was not tested and how to get it. */
export class UntestedReporter implements Reporter {
  onTestRunEnd(testModules: readonly TestModule[]): void {
    const tools = new Set<string>();
    let skipped = 0;
    for (const testModule of testModules) {
      for (const test of testModule.children.allTests("skipped")) {
        skipped += 1;
        const result = test.result();
        const note = result.state === "skipped" ? (result.note ?? "") : "";
        for (const tool of NEEDS.exec(note)?.[1]?.split(" ") ?? []) tools.add(tool);
      }
    }
    if (skipped === 0) return;
    const names = [...tools].sort();
    const why =
      names.length === 0
        ? "they are skipped by name above"
        : `this machine has no ${names.join(", ")}: with Debian \`apt-get install ${[...new Set(names.map((name) => PACKAGES[name] ?? name))].join(" ")}\``;
    console.log(`\nNot tested: ${skipped} ${skipped === 1 ? "test" : "tests"}; ${why}.`);
  }
}
