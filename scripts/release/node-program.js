// The program of a Node version, as npm has it.
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";

/**
 * @param version - such as `24`
 * @returns the path of its executable
 */
export const nodeProgram = (version) =>
  execFileSync("npx", ["-y", "--prefer-offline", `node@${version}`, "-p", "process.execPath"], {
    cwd: tmpdir(),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();
