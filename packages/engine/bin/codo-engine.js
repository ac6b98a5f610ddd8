#!/usr/bin/env node
import { runCommandLine } from "../dist/command-line.js";

try {
  process.exitCode = await runCommandLine(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`codo-engine: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
