import { freePort, startTestServer } from "@codo/test-utils";
import { beforeAll, describe, expect, it } from "vitest";
import { type CliHome, createHome } from "./support/cli-harness.js";

const SLOW = 120_000;
let home: CliHome;

beforeAll(async () => {
  home = await createHome(`127.0.0.1:${await freePort()}`);
});

describe("codo config get", () => {
  it("prints what list and explain show: the value that will be used", { timeout: SLOW }, async () => {
    const listed = await home.codo(["config", "list", "--json"]);
    const { settings } = JSON.parse(listed.stdout) as { settings: { key: string; value: unknown }[] };
    const listedValue = (key: string) => settings.find((one) => one.key === key)?.value;
    const folder = await home.codo(["config", "get", "outputDirectory"]);
    expect(folder.stdout.trim()).toBe(listedValue("outputDirectory"));
    expect(folder.stdout).toBe((await home.codo(["outputs", "path"])).stdout);
    // No server, no model: there is none that would be used, and so none is named.
    const model = await home.codo(["config", "get", "defaultModel"]);
    expect([model.status, model.stdout]).toEqual([1, ""]);
    await home.codo(["config", "set", "outputDirectory", "~/mine"]);
    expect((await home.codo(["config", "get", "outputDirectory"])).stdout).toBe(`${home.folder}/mine\n`);
    await home.codo(["config", "unset", "outputDirectory"]);
  });
});

describe("maxRetries", () => {
  it("is how often a request is sent again, as the settings show it", { timeout: SLOW }, async () => {
    let asked = 0;
    const { url, stop } = await startTestServer((request, response) => {
      request.resume();
      if (request.url === "/api/version") return response.end('{"version":"0.33.0"}');
      if (request.url !== "/api/embed") return response.writeHead(404).end("{}");
      asked += 1;
      return response.writeHead(503, { "retry-after": "0" }).end('{"error":"busy"}');
    });
    const env = { OLLAMA_HOST: url };
    const shown = Number((await home.codo(["config", "get", "maxRetries"], { env })).stdout);
    expect(shown).toBe(3);
    await home.codo(["embed", "-m", "m", "hi"], { env });
    expect(asked).toBe(1 + shown);
    asked = 0;
    await home.codo(["embed", "-m", "m", "hi"], { env: { ...env, CODO_MAX_RETRIES: "0" } });
    expect(asked).toBe(1);
    await stop();
  });
});

describe("OLLAMA_HOST with a port that is none", () => {
  const COMMANDS = [
    ["run", "-m", "m", "hi"],
    ["models", "list"],
    ["server", "status"],
    ["server", "start"],
    ["embed", "-m", "m", "hi"],
    ["doctor"],
  ];

  it.each(["localhost:abc", "localhost:99999"])(
    "stops with the variable and its value: %s",
    { timeout: SLOW },
    async (host) => {
      const port = host.split(":")[1] ?? "";
      await Promise.all(
        COMMANDS.map(async (line) => {
          const env = { OLLAMA_HOST: host };
          const { stdout, stderr, status } = await home.codo(line, { env });
          expect(status, line.join(" ")).toBe(1);
          const says = `OLLAMA_HOST is "${host}". The port "${port}" is not a number from 0 to 65535.`;
          expect((stdout + stderr).replace(/\s+/g, " "), line.join(" ")).toContain(says);
          const json = await home.codo([...line, "--json"], { env });
          const text = JSON.stringify(JSON.parse(json.stdout));
          expect(text, line.join(" ")).toContain(JSON.stringify(says).slice(1, -1));
        }),
      );
    },
  );
});
