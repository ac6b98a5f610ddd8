import { copyFile, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "@codo/test-utils";
import { beforeAll, describe, expect, it } from "vitest";
import { type CliHome, type CliRun, createHome } from "./support/cli-harness.js";

const GGUF = fileURLToPath(new URL("../../engine/models/codo-tiny/codo-tiny.gguf", import.meta.url));
const SCENARIO_MS = 600_000;

/** A home in which no server is named and no Ollama is found, with a model's file. */
async function homeWithFile(): Promise<CliHome> {
  const home = await createHome();
  await copyFile(GGUF, join(home.folder, "My Model.gguf"));
  await succeed(home, ["config", "set", "ollamaBinary", "no-such-ollama"]);
  return home;
}

async function succeed(home: CliHome, args: readonly string[]): Promise<CliRun> {
  const run = await home.codo(args);
  expect(run.status, `${args.join(" ")}\n${run.stderr}`).toBe(0);
  return run;
}

async function namesIn(home: CliHome): Promise<string[]> {
  const { stdout } = await succeed(home, ["models", "list", "--json"]);
  return (JSON.parse(stdout) as { models: { name: string }[] }).models
    .map(({ name }) => name)
    .filter((name) => !name.startsWith("codo-tiny"))
    .sort();
}

describe("a model of one's own, with no server running", () => {
  it(
    "lasts from command to command, two at once lose nothing, and `server start` has it too",
    async () => {
      const home = await homeWithFile();
      const both = (...commands: string[][]) => Promise.all(commands.map((args) => succeed(home, args)));
      await both(
        ["models", "create", "one", "--gguf", "My Model.gguf"],
        ["models", "create", "two", "--gguf", "./My Model.gguf"],
      );
      await both(["models", "cp", "one", "three"], ["models", "cp", "two", "four"]);
      expect(await namesIn(home)).toEqual(["four:latest", "one:latest", "three:latest", "two:latest"]);
      await both(["models", "rm", "one"], ["models", "rm", "two"]);
      expect(await namesIn(home)).toEqual(["four:latest", "three:latest"]);
      const { stdout } = await succeed(home, ["run", "-m", "three", "Hello"]);
      expect(stdout).toBe("Hello! How can I help you today?\n");

      const started = await succeed(home, ["server", "start", "--port", String(await freePort()), "--json"]);
      try {
        expect(await namesIn(home)).toEqual(["four:latest", "three:latest"]);
        const { url } = JSON.parse(started.stdout) as { url: string };
        const tags = (await (await fetch(`${url}/api/tags`)).json()) as { models: { name: string }[] };
        expect(tags.models.map(({ name }) => name)).toEqual(
          expect.arrayContaining(["three:latest", "codo-tiny:latest"]),
        );
        await both(["models", "rm", "three"], ["run", "-m", "four", "Hello"]);
      } finally {
        await succeed(home, ["server", "stop"]);
      }
      await succeed(home, ["models", "rm", "four"]);
      expect(await namesIn(home)).toEqual([]);
      const store = join(home.folder, ".ollama", "models");
      expect((await readdir(store)).sort()).toEqual(["blobs", "manifests"]);
      expect(await readdir(join(store, "blobs"))).toEqual([]);
    },
    SCENARIO_MS,
  );

  it(
    "is run from its file, and made only once",
    async () => {
      const home = await homeWithFile();
      const [first, other] = await Promise.all([
        succeed(home, ["run", "-m", "./My Model.gguf", "Hello"]),
        succeed(home, ["run", "-m", "My Model.gguf", "Hello", "--json"]),
      ]);
      expect(first.stdout).toBe("Hello! How can I help you today?\n");
      const { modelName } = JSON.parse(other.stdout) as { modelName: string };
      expect(modelName).toMatch(/^my-model:[0-9a-f]{12}$/);
      expect(await namesIn(home)).toEqual([modelName]);
      const again = await succeed(home, ["run", "-m", join(home.folder, "My Model.gguf"), "Hello"]);
      expect(again.stdout).toBe("Hello! How can I help you today?\n");
      expect(again.stderr).not.toContain("is now the model");
      const manifest = join(
        home.folder,
        ".ollama/models/manifests/registry.ollama.ai/library",
        ...modelName.split(":"),
      );
      expect(JSON.parse(await readFile(manifest, "utf8"))).toMatchObject({ schemaVersion: 2 });
    },
    SCENARIO_MS,
  );
});

describe("what can't be done here", () => {
  let home: CliHome;
  beforeAll(async () => {
    home = await homeWithFile();
    await writeFile(join(home.folder, "notes.txt"), "no weights");
  });

  it.each([
    [["models", "create", "x", "-f", "My Model.gguf"], /is a GGUF file, not a Modelfile\.\n.*create x --gguf/],
    [["models", "create", "x", "--gguf", "notes.txt"], /notes\.txt is not a GGUF file/],
    [["models", "create", "x", "--gguf", "absent.gguf"], /absent\.gguf is not there/],
    [["models", "create", "x", "--gguf", "My Model.gguf", "-f", "Modelfile"], /FROM My Model\.gguf/],
    [["models", "create", "x"], /The Modelfile .* is not there\.\n.*--gguf FILE/],
    [["run", "-m", "./notes.txt", "Hello"], /notes\.txt is not a GGUF file/],
    [["run", "-m", "absent.gguf", "Hello"], /absent\.gguf is not there/],
    [["server", "start", "--port", "99999"], /99999 is not a port/],
    [["server", "start", "--host", "localhost:1", "--port", "2"], /--host localhost:2/],
  ])("%j says what to do", async (args, said) => {
    const { status, stderr } = await home.codo(args);
    expect(stderr).toMatch(said);
    expect(status).toBe(2);
  });

  it("is advised beside a pull, and a registry that is not reached is named", async () => {
    const missing = await home.codo(["run", "-m", "absent-model", "Hello"]);
    expect(missing.status).toBe(7);
    expect(missing.stderr).toContain("models create absent-model --gguf FILE");
    expect(missing.stderr).toContain("models pull absent-model");
    const nobody = `http://127.0.0.1:${await freePort()}/library/absent-model`;
    const refused = await home.codo(["models", "pull", nobody, "--insecure"]);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(/pull model manifest: Get .*connection refused/);
    expect(refused.stderr).not.toMatch(/log|pull NAME/);
    const update = await home.codo(["models", "update", "absent-model"]);
    expect(update.stderr).toContain("--gguf FILE");
  });
});
