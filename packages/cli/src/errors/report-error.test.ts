import { PassThrough } from "node:stream";
import { OllamaError } from "@codo/ollama-core";
import { expect, it } from "vitest";
import { Terminal } from "../terminal/terminal.js";
import { reportError } from "./report-error.js";

it("lets no escape sequence of a server's text through to the terminal", () => {
  const stderr = new PassThrough();
  const terminal = new Terminal({ stdout: new PassThrough(), stderr, env: {}, noColor: false, quiet: false });
  const error = new OllamaError("SERVER_ERROR", "the server said \u001b]0;owned\u0007\u001b[2Jboo");
  expect(reportError(error, terminal)).toBe(1);
  const told = String(stderr.read());
  expect(told).toMatch(/^codo: the server said boo\n {6}\S/);
  expect(told).not.toContain("\u001b");
});
