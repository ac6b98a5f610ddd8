import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { fileURLToPath } from "node:url";
import { freePort } from "@codo/test-utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { promptWords } from "../src/errors/prompt-words.js";
import { type AskedServer, startAskedServer } from "./support/asked-server.js";
import { type CliHome, createHome } from "./support/cli-harness.js";
import { CERTIFICATE, KEY } from "./support/self-signed.js";

const SLOW = 60_000;

let home: CliHome;
let server: AskedServer;
const servers: Server[] = [];
const ports: Record<string, number> = {};

async function listen(name: string, made: Server): Promise<void> {
  servers.push(made);
  await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
  ports[name] = (made.address() as AddressInfo).port;
}

beforeAll(async () => {
  home = await createHome();
  server = await startAskedServer([{ name: "m:latest" }]);
  ports.plain = Number(new URL(server.url).port);
  ports.nobody = await freePort();
  await listen(
    "tls",
    createTlsServer({ key: KEY, cert: CERTIFICATE }, (_request, response) => response.end("{}")),
  );
  // As nginx and Go's servers do: what is no TLS is told so.
  const both = createTlsServer({ key: KEY, cert: CERTIFICATE });
  both.on("tlsClientError", (_error, socket) => {
    const body = "Client sent an HTTP request to an HTTPS server.\n";
    socket.end(`HTTP/1.1 400 Bad Request\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
  });
  await listen("both", both);
  await listen(
    "strict",
    createServer((_request, response) => response.writeHead(404).end("404 page not found")),
  );
  const page = (status: number, html: string) =>
    createServer((_request, response) => response.writeHead(status, { "content-type": "text/html" }).end(html));
  await listen(
    "moved",
    createServer((_request, response) =>
      response.writeHead(301, { location: `https://127.0.0.1:${ports.tls}/api/tags` }).end(),
    ),
  );
  await listen("page", page(200, "<html><title>Sign in</title><body>Log in</body></html>"));
  await listen("locked", page(401, "<html>401 Authorization Required</html>"));
  await listen(
    "gateway",
    page(524, `<!DOCTYPE html><html><title>A timeout occurred</title>${"<p>x</p>".repeat(500)}</html>`),
  );
});

afterAll(async () => {
  for (const made of servers) made.close();
  await server?.[Symbol.asyncDispose]();
});

interface Case {
  host: string;
  says: string;
  hint: string;
  status?: number;
  env?: NodeJS.ProcessEnv;
}

const cases: Case[] = [
  { host: "https://127.0.0.1:{tls}", says: "self-signed certificate", hint: "NODE_EXTRA_CA_CERTS" },
  { host: "http://127.0.0.1:{tls}", says: "speaks TLS", hint: "as https://127.0.0.1:{tls}." },
  { host: "http://127.0.0.1:{both}", says: "speaks TLS", hint: "as https://127.0.0.1:{both}." },
  { host: "https://127.0.0.1:{plain}", says: "speaks no TLS", hint: "as http://127.0.0.1:{plain}." },
  {
    host: "http://nowhere.invalid:11434",
    says: "does not resolve",
    hint: 'Check the name in the host "nowhere.invalid',
  },
  {
    host: "http://far.example:11434",
    says: "the proxy http://127.0.0.1:{nobody} of the environment does not answer",
    hint: "NO_PROXY",
    env: { HTTP_PROXY: "http://user:secret@127.0.0.1:{nobody}" },
  },
  {
    host: "http://127.0.0.1:{strict}/api",
    says: "404",
    hint: 'Leave "/api" out of the host: http://127.0.0.1:{strict}',
  },
  { host: "http://127.0.0.1:{strict}/v1", says: "404", hint: 'Leave "/v1" out of the host: http://127.0.0.1:{strict}' },
  { host: "http://127.0.0.1:{moved}", says: "redirects (301) to https://127.0.0.1:{tls}", hint: "--host" },
  { host: "http://127.0.0.1:{page}", says: 'a web page ("Sign in"), which asks to sign in', hint: "--host" },
  { host: "127.0.0.1:99999", says: 'The port "99999" is not a number', hint: "For example: --host", status: 2 },
];

const filled = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => String(ports[name]));

describe("why a server was not reached is said by every command", { timeout: SLOW }, () => {
  const lines = cases.flatMap((one) =>
    ["run hi -m m", "server status"].map((command) => [command, one.host, one] as const),
  );
  const [first] = cases;
  const others =
    first === undefined ? [] : ["models list", "doctor"].map((command) => [command, first.host, first] as const);
  it.each([...lines, ...others])(
    "codo %s --host %s",
    async (command, _host, { host, says, hint, env = {}, status }) => {
      const values = Object.fromEntries(Object.entries(env).map(([key, value]) => [key, filled(value ?? "")]));
      const line = [...command.split(" "), "--json", "--host", filled(host)];
      const run = await home.codo(line, { env: { ...values, COLUMNS: "500" } });
      const said = (run.stdout + run.stderr).replaceAll('\\"', '"');
      expect(said).toContain(filled(says));
      expect(said).toContain(filled(hint));
      expect(said).not.toMatch(/Stop it|secret/);
      if (status !== undefined) expect(run.status).toBe(status);
    },
  );

  it("what answers and is no Ollama is not to be started, and a key that is missing is to be set", async () => {
    const at = async (command: string, name: string) =>
      await home.codo([...command.split(" "), "--host", `http://127.0.0.1:${ports[name]}`], {
        env: { COLUMNS: "500" },
      });
    for (const command of ["server status", "doctor"]) {
      const { stdout, stderr } = await at(command, "page");
      expect(stdout + stderr).toMatch(
        /Something answers at .* that is no Ollama: [\s\S]*Name the address of an Ollama/,
      );
      expect(stdout + stderr).not.toMatch(/Start it there|stop that server/);
    }
    expect((await at("doctor", "locked")).stdout).toMatch(/failure +models +.*401.*\n +Set the key with/);
    const { stdout, stderr } = await at("server status", "locked");
    expect(stdout + stderr).toMatch(/^http:\S+ answers\n/);
  });

  it("a gateway's page is named by its title, and not printed", async () => {
    const { stderr, status } = await home.codo(["run", "hi", "-m", "m", "--host", `127.0.0.1:${ports.gateway}`]);
    expect(status).not.toBe(0);
    expect(stderr).toContain('a web page ("A timeout occurred")');
    expect(stderr).not.toContain("<p>");
  });
});

describe("what is advised at the prompt is in its words", () => {
  it("for a journal of other options, by a flag that works", { timeout: SLOW }, async () => {
    const { codo } = await createHome(server.url);
    const line = ["batch", "-m", "m", "-O", "journal.jsonl"];
    await codo(line, { stdin: "Hello\n" });
    const refused = await codo([...line, "-o", "seed=3"], { stdin: "Hello\n" });
    expect(refused.stderr).toMatch(
      /\n *Name another journal with -O FILE, or continue this one with --continue-anyway\.\n/,
    );
    expect(refused.status).toBe(2);
    expect(refused.stderr).not.toContain("onJournalMismatch");
    const again = await codo([...line, "-o", "seed=3", "--continue-anyway"], { stdin: "Hello\n" });
    expect(again.status, again.stderr).toBe(0);
  });

  it("for every message of the packages that names an option of a call", async () => {
    const root = fileURLToPath(new URL("../../", import.meta.url));
    const messages: string[] = [];
    for (const name of ["contract", "core", "runner", "output", "config", "bench", "node-kit", "queue"]) {
      const files = await readdir(`${root}${name}/src`, { recursive: true });
      for (const file of files.filter((path) => /(?<!\.test|\.test-d)\.ts$/.test(path))) {
        const text = await readFile(`${root}${name}/src/${file}`, "utf8");
        messages.push(
          ...(text.match(/(?<=`)(?:[^`\\\n]|\\.)*\b[A-Za-z]+: (?:"\w+"|true|\[await)(?:[^`\n\\]|\\.)*/g) ?? []),
        );
      }
    }
    const advised = messages
      .filter((text) => /\b(pass|allow it|give)\b/i.test(text))
      .map((text) => text.replaceAll("\\`", "`"));
    expect(advised.length).toBeGreaterThan(1);
    for (const text of advised) {
      expect(promptWords(text.replace(/\$\{[^}]*\}/g, "x"))).not.toMatch(/\b[a-z]+[A-Z]\w*: ("|true|\[)|imageFromFile/);
    }
  });
});
