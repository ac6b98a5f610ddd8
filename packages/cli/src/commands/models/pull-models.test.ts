import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import { OllamaClient, OllamaManager } from "@codo/ollama-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { CliContext } from "../../context/cli-context.js";
import { Terminal } from "../../terminal/terminal.js";
import { pullModel } from "./pull-models.js";

const server = createServer((request, response) => {
  request.resume();
  response.setHeader("content-type", "application/x-ndjson");
  response.end(request.url === "/api/pull" ? '{"status":"pulling manifest"}\n{"status":"success"}\n' : '{"models":[]}');
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

it.each([
  [false, ["pulling manifest", "success"]],
  [true, []],
])("with --json prints the lines of a pull, and none as part of another command (%s)", async (isPart, statuses) => {
  const stdout = new PassThrough();
  const terminal = new Terminal({ stdout, stderr: new PassThrough(), env: {}, noColor: false, quiet: false });
  const globals = { isJson: true, isQuiet: false, isVerbose: false, noColor: true };
  const context = new CliContext({ terminal, globals, env: {}, signal: new AbortController().signal });
  const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const manager = new OllamaManager({ client: new OllamaClient({ host }) });
  await pullModel(context, manager, { model: "tiny", isPart });
  const lines = String(stdout.read() ?? "").split("\n");
  const printed = lines.filter((line) => line !== "").map((line) => JSON.parse(line));
  expect(printed.map(({ status }) => status)).toEqual(statuses);
});
