import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startTestServer } from "@codo/test-utils";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type AskedServer, startAskedServer } from "./support/asked-server.js";
import { type CliHome, createHome } from "./support/cli-harness.js";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  "base64",
);

let server: AskedServer;
let home: CliHome;

beforeAll(async () => {
  server = await startAskedServer([]);
  home = await createHome(server.url);
});
beforeEach(() => {
  server.asked.length = 0;
  server.models = [{ name: "llama3.2:latest", days: 3 }, { name: "qwen3:8b" }];
});
afterAll(async () => await server?.[Symbol.asyncDispose]());

async function asks(args: readonly string[], stdin = ""): Promise<{ model: unknown; prompt: unknown; stderr: string }> {
  const { status, stderr } = await home.codo(args, { stdin });
  expect(status, stderr).toBe(0);
  const body = server.asked.at(-1)?.body;
  return { model: body?.model, prompt: body?.prompt ?? body?.messages, stderr };
}

describe("codo run takes what hands type", () => {
  it.each([
    [["run", "llama3.2", "Why is it?"], "llama3.2", "Why is it?"],
    [["run", "LLAMA3.2:latest", "Why", "is", "it?"], "LLAMA3.2:latest", "Why is it?"],
    [["run", "qwen3:8b", "Hi"], "qwen3:8b", "Hi"],
    [["run", "Why", "is it?"], "qwen3:8b", "Why is it?"],
    [["run", "-m", "qwen3:8b", "llama3.2", "is what?"], "qwen3:8b", "llama3.2 is what?"],
    [["Why is the sky blue?"], "qwen3:8b", "Why is the sky blue?"],
    [["-m", "llama3.2", "Why is it?", "--no-save"], "llama3.2", "Why is it?"],
    [["-m", "llama3.2", "hi"], "llama3.2", "hi"],
    [["--model=llama3.2", "hi"], "llama3.2", "hi"],
    [["run", "why", "is", "it?"], "qwen3:8b", "why is it?"],
    [["run", "-m", "llama3.2", "mistral", "hi"], "llama3.2", "mistral hi"],
  ])("%j", async (args, model, prompt) => {
    const asked = await asks(args);
    expect(asked).toMatchObject({ model, prompt });
  });

  it("reads stdin where - stands, and after a model's name", async () => {
    expect(await asks(["run", "-"], "What?\n")).toMatchObject({ prompt: "What?" });
    expect(await asks(["-"], "What?\n")).toMatchObject({ prompt: "What?" });
    expect(await asks(["run", "Sum up:", "-", "in one word"], "A text.\n")).toMatchObject({
      prompt: "Sum up:\n\nA text.\n\nin one word",
    });
    expect(await asks(["run", "llama3.2"], "What?\n")).toMatchObject({ model: "llama3.2", prompt: "What?" });
  });

  it("stops where a word looks like a model that is not there, and sends nothing", async () => {
    const missing = await home.codo(["run", "phi9:mini", "Hi"]);
    expect(missing.status).toBe(7);
    const near = await home.codo(["run", "qwen3", "Hi"]);
    expect(near).toMatchObject({ status: 2, stderr: expect.stringContaining("take qwen3:8b") });
    const other = await home.codo(["run", "gemma3", "Why?"]);
    expect(other).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/codo models pull gemma3.*codo run "gemma3 Why\?"/s),
    });
    for (const prompt of ["hi", "Why is the sky blue?"]) {
      const plain = await home.codo(["run", "mistral", prompt]);
      expect(plain).toMatchObject({
        status: 2,
        stderr: expect.stringContaining(`codo models pull mistral\` gets it; if it belongs to the prompt`),
      });
    }
    const alone = await home.codo(["run", "qwen3:8b"]);
    expect(alone).toMatchObject({ status: 2, stderr: expect.stringContaining("There is no prompt") });
    expect(server.asked).toEqual([]);
  });

  it("shows the help of the command that is meant, and says of a word that names none what does", async () => {
    const run = await home.codo(["run", "--help"]);
    expect(await home.codo(["-m", "llama3.2", "--help"])).toEqual(run);
    expect(run.stdout).not.toMatch(/\[(?:string|number|boolean|array|default)\b/);
    for (const [args, says] of [
      [["serve", "--help"], "Here it is `codo server start`."],
      [["help", "serve"], "Here it is `codo server start`."],
      [["models", "lst", "--help"], "Did you mean `codo models list`?"],
    ] as const) {
      expect(await home.codo(args)).toEqual({ status: 2, stdout: "", stderr: expect.stringContaining(says) });
    }
    expect(await home.codo(["-m", "llama3.2"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("no prompt"),
    });
  });

  it("takes -s for --system, and continues with -c what run and chat said", async () => {
    server.answers = ["Blue."];
    await asks(["run", "-s", "Be brief.", "Sky?", "-m", "llama3.2"]);
    expect(server.asked[0]?.body.system).toBe("Be brief.");
    server.answers = ["Black."];
    const { model, prompt } = await asks(["run", "-c", "And at night?"]);
    expect(model).toBe("llama3.2");
    const said = ["Be brief.", "Sky?", "Blue.", "And at night?"];
    expect((prompt as { content: string }[]).map(({ content }) => content)).toEqual(said);
    await asks(["chat", "-c"], "And now?\n");
    expect(server.asked.at(-1)?.body.messages?.map(({ content }) => content)).toEqual([...said, "Black.", "And now?"]);
    const other = await createHome(server.url);
    expect(await other.codo(["run", "-c", "Hi"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("no conversation"),
    });
    await mkdir(join(other.folder, "ollama_outputs/chats"), { recursive: true });
    await writeFile(join(other.folder, "ollama_outputs/chats/last.json"), "{}");
    const damaged = await other.codo(["run", "-c", "Hi", "--output-dir", "ollama_outputs"]);
    expect(damaged).toMatchObject({ status: 1, stderr: expect.stringContaining("Could not load the conversation") });
  });

  it("attaches images and documents: files, addresses, data: and stdin", async () => {
    await using pages = {
      ...(await startTestServer((request, response) => {
        if (request.url === "/moved") return response.writeHead(302, { location: "/page" }).end();
        if (request.url !== "/page") return response.writeHead(404).end();
        return response.end("The gate is green.");
      })),
      async [Symbol.asyncDispose]() {
        await this.stop();
      },
    };
    await writeFile(join(home.folder, "note.txt"), "The door is red.");
    await writeFile(join(home.folder, "dot.png"), PNG);
    await writeFile(join(home.folder, "a.pdf"), "%PDF-1.7\n\u0000");
    const attach = [
      "-a",
      "note.txt",
      "-a",
      "dot.png",
      "-a",
      `${pages.url}/moved`,
      "-a",
      "data:text/plain,The%20roof%20is%20grey.",
    ];
    const { prompt } = await asks(["run", "Colours?", ...attach]);
    expect(prompt).toMatch(/The door is red\..*The gate is green\..*The roof is grey\..*Colours\?/s);
    expect(server.asked.at(-1)?.body.images).toEqual([PNG.toString("base64")]);
    await asks(["run", "What?", "-a", "-"], "From a pipe.");
    expect(server.asked.at(-1)?.body.prompt).toMatch(/From a pipe\..*What\?/s);
    await asks(["run", "-c", "Whose?", "-a", "note.txt"]);
    expect(server.asked.at(-1)?.body.messages).toHaveLength(3);
    server.asked.length = 0;
    for (const [source, says] of [
      ["a.pdf", "pdftotext"],
      ["gone.txt", "there is no such file"],
      [`${pages.url}/none`, "answers 404"],
      ["http://127.0.0.1:1/x", "cannot be fetched"],
    ]) {
      const { status, stderr } = await home.codo(["run", "What?", "-a", source ?? ""]);
      expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(says ?? "") });
    }
    expect(server.asked).toEqual([]);
  });
});

describe("the model for a prompt where nobody named one", () => {
  it("is never one that only embeds, and never one that runs elsewhere", async () => {
    server.models = [
      { name: "search:latest", capabilities: ["embedding"], days: 1 },
      { name: "gpt-oss:120b-cloud", days: 2 },
      { name: "big:latest", remote_host: "https://ollama.com", days: 3 },
      { name: "own:latest", days: 9 },
    ];
    const asked = await asks(["run", "Hi"]);
    expect(asked).toMatchObject({ model: "own:latest", stderr: expect.stringContaining("Using own:latest") });
    expect(await asks(["chat"], "Hi\n")).toMatchObject({ model: "own:latest" });
    expect(await asks(["run", "-m", "big", "Hi"])).toMatchObject({ model: "big" });
    server.asked.length = 0;
    server.models = server.models.slice(0, 1);
    const embeds = await home.codo(["run", "Hi"]);
    expect(embeds).toMatchObject({ status: 7, stderr: expect.stringContaining("embedding models only") });
    server.models = [{ name: "big:latest", remote_host: "https://ollama.com" }];
    const remote = await home.codo(["run", "Hi"]);
    expect(remote).toMatchObject({ status: 7, stderr: expect.stringContaining("-m big:latest") });
    expect(server.asked).toEqual([]);
  });
});
