import { createHash } from "node:crypto";
import { mkdir, mkdtemp, open, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTestServer, type TestServer } from "@codo/test-utils";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { OllamaClient as FetchClient } from "../src/client.js";
import { OllamaClient, type UploadProgress } from "../src/index.js";

let folder: string;
let server: TestServer;
let log: string[];
/** Digest to size of what the server has. */
let blobs: Map<string, number>;
let created: Record<string, unknown>[];

const digestOf = (content: string | Uint8Array): string =>
  `sha256:${createHash("sha256").update(content).digest("hex")}`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "codo-create-"));
  await writeFile(join(folder, "weights.gguf"), "the weights");
  await writeFile(join(folder, "lora.gguf"), "an adapter");
  await mkdir(join(folder, "tensors"));
  await writeFile(join(folder, "tensors", "model.safetensors"), "tensors");
  await writeFile(join(folder, "tensors", "config.json"), "{}");
  await writeFile(join(folder, "tensors", "notes.md"), "not for the server");
});
afterAll(() => rm(folder, { recursive: true }));

beforeEach(async () => {
  log = [];
  blobs = new Map();
  created = [];
  // A server of blobs that keeps none of their bytes, but does check their digests.
  server = await startTestServer((request, response) => {
    const digest = request.url?.startsWith("/api/blobs/") ? request.url.slice("/api/blobs/".length) : undefined;
    log.push(`${request.method} ${digest === undefined ? request.url : digest.slice(0, 15)}`);
    const hash = createHash("sha256");
    let size = 0;
    let body = "";
    request.on("data", (piece: Buffer) => {
      hash.update(piece);
      size += piece.length;
      if (digest === undefined) body += piece.toString("utf8");
    });
    request.on("end", () => {
      if (digest === undefined) {
        created.push(JSON.parse(body));
        const lines = ['{"status":"parsing GGUF"}\n', '{"status":"success"}\n'];
        response.end(created.at(-1)?.stream === true ? lines.join("") : lines[1]);
      } else if (request.method === "HEAD") response.writeHead(blobs.has(digest) ? 200 : 404).end();
      else if (digest === `sha256:${hash.digest("hex")}`) {
        blobs.set(digest, size);
        response.writeHead(201).end();
      } else response.writeHead(400).end('{"error":"digest mismatch"}');
    });
  });
});
afterEach(() => server.stop());

async function statuses(stream: AsyncIterable<{ status: string }>): Promise<string[]> {
  const seen: string[] = [];
  for await (const { status } of stream) seen.push(status);
  return seen;
}

describe("create from a local GGUF", () => {
  it("hashes it, asks for its blob, uploads it and yields the wire's lines", async () => {
    const uploads: UploadProgress[] = [];
    const stream = new OllamaClient({ host: server.url }).create({
      model: "mine",
      gguf: "weights.gguf",
      baseDirectory: folder,
      system: "Be brief.",
      stream: true,
      onUpload: (progress) => uploads.push(progress),
    });
    expect(await statuses(stream)).toEqual(["parsing GGUF", "success"]);
    const digest = digestOf("the weights");
    expect(blobs).toEqual(new Map([[digest, 11]]));
    expect(created).toEqual([{ model: "mine", system: "Be brief.", stream: true, files: { "weights.gguf": digest } }]);
    expect(uploads.at(-1)).toMatchObject({ digest, completedBytes: 11, totalBytes: 11, skipped: false });
  });

  it("does not upload what the server has", async () => {
    blobs.set(digestOf("the weights"), 11);
    const uploads: UploadProgress[] = [];
    const gguf = join(folder, "weights.gguf");
    const call = {
      model: "mine",
      gguf,
      stream: true as const,
      onUpload: (progress: UploadProgress) => uploads.push(progress),
    };
    await statuses(new OllamaClient({ host: server.url }).create(call));
    expect(log.map((entry) => entry.split(" ")[0])).toEqual(["HEAD", "POST"]);
    expect(uploads).toMatchObject([{ skipped: true, completedBytes: 11 }]);
  });

  it("streams a large file: its bytes are never in memory together", async () => {
    const path = join(folder, "large.gguf");
    const sizeBytes = 192 * 1024 * 1024;
    const file = await open(path, "w");
    await file.truncate(sizeBytes);
    await file.close();
    const before = process.memoryUsage().arrayBuffers;
    let peak = 0;
    const onUpload = (): void => {
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
    };
    await statuses(new OllamaClient({ host: server.url }).create({ model: "big", gguf: path, stream: true, onUpload }));
    expect([...blobs.values()]).toEqual([sizeBytes]);
    expect(peak).toBeGreaterThan(0);
    expect(peak).toBeLessThan(sizeBytes / 2);
  });

  it("names a file that is not there", async () => {
    const client = new OllamaClient({ host: server.url });
    const call = client.create({ model: "m", gguf: join(folder, "none.gguf"), stream: true });
    await expect(call).rejects.toMatchObject({
      code: "INVALID_REQUEST",
      message: expect.stringContaining("none.gguf"),
    });
    expect(created).toEqual([]);
  });

  it("can be aborted while it uploads", async () => {
    const abort = new AbortController();
    const client = new OllamaClient({ host: server.url });
    server.server.once("request", () => abort.abort());
    const call = client.create({ model: "m", gguf: join(folder, "weights.gguf") }, { signal: abort.signal });
    await expect(call).rejects.toMatchObject({ code: "ABORTED" });
    expect(created).toEqual([]);
  });
});

describe("create from a Modelfile", () => {
  it("uploads its files and sends its fields; the request's own go before them", async () => {
    const modelfile = `FROM ./weights.gguf
ADAPTER ./lora.gguf
TEMPLATE {{ .Prompt }}
SYSTEM from the file
PARAMETER temperature 0.5
PARAMETER num_ctx 1024
MESSAGE user Hi
LICENSE MIT`;
    const client = new OllamaClient({ host: server.url });
    await client.create({
      model: "mine",
      modelfile,
      baseDirectory: folder,
      system: "from the request",
      parameters: { num_ctx: 512 },
    });
    expect(created[0]).toEqual({
      model: "mine",
      stream: false,
      files: { "weights.gguf": digestOf("the weights") },
      adapters: { "lora.gguf": digestOf("an adapter") },
      template: "{{ .Prompt }}",
      system: "from the request",
      parameters: { temperature: 0.5, num_ctx: 512 },
      messages: [{ role: "user", content: "Hi" }],
      license: ["MIT"],
    });
  });

  it("takes a name for a model, whatever lies in the folder", async () => {
    await new FetchClient({ host: server.url }).create({ model: "m", modelfile: "FROM llama3.2:1b" });
    expect(created[0]).toMatchObject({ from: "llama3.2:1b" });
    expect(log).toEqual(["POST /api/create"]);
  });

  it("takes a folder of tensors", async () => {
    await new OllamaClient({ host: server.url }).create({
      model: "m",
      modelfile: "FROM ./tensors",
      baseDirectory: folder,
    });
    expect(Object.keys(created[0]?.files as object)).toEqual(["config.json", "model.safetensors"]);
  });

  it.each([
    [
      "model.safetensors pytorch_model.bin training_args.bin other.gguf adapter_model.safetensors consolidated.safetensors config.json tokenizer.model chat_template.jinja README.md optimizer.pt",
      "chat_template.jinja config.json model.safetensors tokenizer.model",
    ],
    [
      "adapter_model.safetensors adapter_config.json training_args.bin",
      "adapter_config.json adapter_model.safetensors",
    ],
    ["pytorch_model-1.bin pytorch_model-2.bin training_args.bin x.gguf", "pytorch_model-1.bin pytorch_model-2.bin"],
    ["a.gguf mmproj.gguf config.json training_args.bin", "a.gguf mmproj.gguf"],
    ["weights.bin training_args.bin", "weights.bin"],
  ])("of a folder with %s it uploads only what the server needs", async (names, sent) => {
    const baseDirectory = await mkdtemp(join(folder, "published-"));
    await mkdir(join(baseDirectory, "hf"));
    for (const name of names.split(" ")) await writeFile(join(baseDirectory, "hf", name), name);
    await new OllamaClient({ host: server.url }).create({ model: "m", modelfile: "FROM ./hf", baseDirectory });
    expect(Object.keys(created[0]?.files as object).sort()).toEqual(sent.split(" "));
    expect(log.filter((line) => line.startsWith("POST /api/blobs") || line.startsWith("POST sha"))).toHaveLength(
      sent.split(" ").length,
    );
  });

  it("says of a folder without weights that it holds no model", async () => {
    const baseDirectory = await mkdtemp(join(folder, "trained-"));
    for (const name of ["config.json", "training_args.bin"]) await writeFile(join(baseDirectory, name), name);
    const call = new OllamaClient({ host: server.url }).create({ model: "m", modelfile: "FROM .", baseDirectory });
    await expect(call).rejects.toMatchObject({ message: expect.stringContaining("holds no model files") });
    expect(log).toEqual([]);
  });

  it("says where files cannot be read", async () => {
    const call = new FetchClient({ host: server.url }).create({ model: "m", modelfile: "FROM ./weights.gguf" });
    await expect(call).rejects.toMatchObject({
      code: "INVALID_REQUEST",
      message: expect.stringContaining("createBlob"),
    });
  });

  it("refuses a bad one before anything is sent", async () => {
    const call = new OllamaClient({ host: server.url }).create({ model: "m", modelfile: "SYSTEM hi" });
    await expect(call).rejects.toMatchObject({ code: "INVALID_REQUEST", message: expect.stringContaining("FROM") });
    expect(log).toEqual([]);
  });
});

describe("a Modelfile that names a file outside its folder", () => {
  let repository: string;
  let secret: string;

  beforeAll(async () => {
    secret = join(folder, "id_rsa");
    await writeFile(secret, "a private key");
    repository = join(folder, "repository");
    await mkdir(join(repository, "weights"), { recursive: true });
    await writeFile(join(repository, "own.gguf"), "own");
    await symlink(secret, join(repository, "innocent.gguf"));
    await symlink(secret, join(repository, "weights", "model.safetensors"));
    await symlink(folder, join(repository, "outside"));
    await symlink(join(repository, "own.gguf"), join(repository, "inner-link.gguf"));
  });

  const cases: [what: string, line: () => string][] = [
    ["by its path", () => `FROM ${secret}`],
    ["as an adapter", () => `FROM x\nADAPTER ${secret}`],
    ["by going up", () => "FROM ../id_rsa"],
    ["in the home folder", () => "FROM x\nADAPTER ~/.ssh/id_rsa"],
    ["as the home folder", () => "FROM x\nADAPTER ~"],
    ["by a link", () => "FROM ./innocent.gguf"],
    ["by a link in a folder", () => "FROM ./weights"],
    ["by a link to a folder", () => "FROM ./outside/id_rsa"],
    ["that is not there", () => "FROM x\nADAPTER ../nowhere/x.gguf"],
    ["as a second FROM", () => "FROM ./own.gguf\nFROM ../weights.gguf"],
  ];
  it.each(cases)("%s is refused before anything of it is sent, and told how to allow it", async (_what, line) => {
    const client = new OllamaClient({ host: server.url });
    const call = client.create({ model: "m", modelfile: line(), baseDirectory: repository });
    const refused: unknown = await call.catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "INVALID_REQUEST" });
    expect(String(refused)).toContain(`outside its folder ${repository}`);
    expect(String(refused)).toContain("--allow-outside");
    expect(created).toEqual([]);
    expect([...blobs.keys()].filter((digest) => digest !== digestOf("own"))).toEqual([]);
  });

  it("is not read where it names a blob that the server has, as the Modelfiles that it prints do", async () => {
    const client = new OllamaClient({ host: server.url });
    await client.create({ model: "m", gguf: join(repository, "own.gguf") });
    const name = digestOf("own").replace(":", "-");
    const printed = (blob: string) => ({ model: "n", modelfile: `FROM /nowhere/blobs/${blob}`, baseDirectory: folder });
    await client.create(printed(name));
    expect(created[1]).toMatchObject({ files: { [name]: digestOf("own") } });
    const unknown = client.create(printed(digestOf("other").replace(":", "-")));
    await expect(unknown).rejects.toMatchObject({ message: expect.stringContaining("--allow-outside") });
  });

  it("is uploaded where that is allowed, or where the caller names the file", async () => {
    const client = new OllamaClient({ host: server.url });
    const request = { model: "m", baseDirectory: repository };
    await client.create({ ...request, modelfile: "FROM ./innocent.gguf\nADAPTER ../lora.gguf", allowOutside: true });
    await client.create({ ...request, modelfile: `FROM ${secret}`, gguf: secret });
    await client.create({ ...request, modelfile: "FROM ./inner-link.gguf" });
    expect(created).toMatchObject([
      { files: { "innocent.gguf": digestOf("a private key") }, adapters: { "lora.gguf": digestOf("an adapter") } },
      { files: { id_rsa: digestOf("a private key") } },
      { files: { "inner-link.gguf": digestOf("own") } },
    ]);
  });
});
