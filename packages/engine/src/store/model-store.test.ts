import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { newSiblingPath } from "@codo/ollama-node-kit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { digestOf, parseDigest } from "./digest.js";
import { type Manifest, MEDIA_TYPES } from "./manifest.js";
import { type ModelName, parseModelName } from "./model-name.js";
import { ModelStore } from "./model-store.js";

function nameOf(text: string): ModelName {
  const name = parseModelName(text);
  if (name === undefined) throw new TypeError(text);
  return name;
}

describe("a model store", () => {
  let folder: string;
  let store: ModelStore;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "codo-store-"));
    store = new ModelStore(folder);
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const manifestOf = async (...texts: string[]): Promise<Manifest> => {
    const put = async (text: string, mediaType: string) => {
      const { digest, size } = await store.blobs.putText(text);
      return { mediaType, digest, size };
    };
    return {
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.manifest,
      config: await put("{}", MEDIA_TYPES.config),
      layers: await Promise.all(texts.map((text) => put(text, MEDIA_TYPES.system))),
    };
  };

  it("has Ollama's layout", async () => {
    await store.put(nameOf("tiny"), await manifestOf("Be kind."));
    const manifest = await readFile(join(folder, "manifests/registry.ollama.ai/library/tiny/latest"), "utf8");
    expect(JSON.parse(manifest)).toMatchObject({ schemaVersion: 2, mediaType: MEDIA_TYPES.manifest });
    const blob = join(folder, "blobs", digestOf("Be kind.").replace(":", "-"));
    expect(await readFile(blob, "utf8")).toBe("Be kind.");
    expect((await readdir(join(folder, "blobs"))).sort()).toEqual(
      ["{}", "Be kind."].map((text) => digestOf(text).replace(":", "-")).sort(),
    );
  });

  it("finds a name whatever its case, and keeps one model of it", async () => {
    await store.put(nameOf("Tiny"), await manifestOf("a"));
    expect((await store.get(nameOf("tiny")))?.name.model).toBe("Tiny");
    await store.put(nameOf("TINY"), await manifestOf("b"));
    expect((await store.list()).map(({ name }) => name.model)).toEqual(["Tiny"]);
  });

  it("copies byte for byte, so that the digest stays", async () => {
    await store.put(nameOf("a"), await manifestOf("x"));
    expect(await store.copy(nameOf("a"), nameOf("b"))).toBe(true);
    expect((await store.get(nameOf("b")))?.digest).toBe((await store.get(nameOf("a")))?.digest);
    expect(await store.copy(nameOf("nope"), nameOf("c"))).toBe(false);
  });

  it("removes a model with the blobs that nobody else needs", async () => {
    await store.put(nameOf("a"), await manifestOf("shared", "only a"));
    await store.put(nameOf("b"), await manifestOf("shared"));
    await store.remove(nameOf("a"));
    expect(await store.blobs.has(digestOf("only a"))).toBe(false);
    expect(await store.blobs.has(digestOf("shared"))).toBe(true);
    expect(await store.remove(nameOf("a"))).toBe(false);
  });

  it("leaves a blob that a damaged or unreadable manifest names", async () => {
    await store.put(nameOf("a"), await manifestOf("shared", "only a"));
    await store.put(nameOf("b"), await manifestOf("b"));
    const torn = join(folder, "manifests/registry.ollama.ai/library/torn/latest");
    await mkdir(dirname(torn), { recursive: true });
    await writeFile(torn, `{"layers":[{"digest":"${digestOf("shared")}"`);
    await store.remove(nameOf("a"));
    expect(await store.blobs.has(digestOf("shared"))).toBe(true);
    expect(await store.blobs.has(digestOf("only a"))).toBe(false);
    await rm(torn);
    await symlink(torn, torn);
    await store.remove(nameOf("b"));
    expect(await store.blobs.has(digestOf("b"))).toBe(true);
  });

  it("lets changes follow one another, also after one that failed", async () => {
    const steps: string[] = [];
    let finish: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const first = store.exclusively(async () => {
      steps.push("first begins");
      await gate;
      steps.push("first fails");
      throw new Error("no");
    });
    const second = store.exclusively(async () => steps.push("second"));
    await expect.poll(() => steps).toEqual(["first begins"]);
    finish();
    await expect(first).rejects.toThrow("no");
    await second;
    expect(steps).toEqual(["first begins", "first fails", "second"]);
  });

  it("lets changes of two processes follow one another, so that no model loses its blobs", async () => {
    // Two stores of one folder know no more of each other than two processes do.
    const other = new ModelStore(folder);
    const make = (target: ModelStore, model: string) =>
      target.exclusively(async () => {
        const put = async (text: string, mediaType: string) => {
          const { digest, size } = await target.blobs.putText(text);
          return { mediaType, digest, size };
        };
        const config = await put("{}", MEDIA_TYPES.config);
        const layers = [await put("shared", MEDIA_TYPES.system)];
        await target.put(nameOf(model), { schemaVersion: 2, mediaType: MEDIA_TYPES.manifest, config, layers });
      });
    const turns = Array.from({ length: 15 }, async (_, n) => {
      await make(store, `a${n}`);
      await store.exclusively(() => store.remove(nameOf(`a${n}`)));
    });
    const kept = Array.from({ length: 15 }, (_, n) => make(other, `b${n}`));
    await Promise.all([...turns, ...kept]);
    expect(await store.list()).toHaveLength(15);
    expect(await store.blobs.readText(digestOf("shared"))).toBe("shared");
    expect((await readdir(folder)).sort()).toEqual(["blobs", "manifests"]);
  });

  it("leaves a blob from which another process is about to make a model, until it has", async () => {
    const other = new ModelStore(folder);
    await store.put(nameOf("a"), await manifestOf("weights"));
    const digest = digestOf("weights");
    expect(await other.claimBlob(digest)).toBe(true);
    await store.exclusively(() => store.remove(nameOf("a")));
    expect(await store.blobs.has(digest)).toBe(true);
    await other.exclusively(async () => other.put(nameOf("b"), await manifestOf("weights")));
    await other.blobs.release([digest]);
    await store.exclusively(() => store.remove(nameOf("b")));
    expect(await readdir(join(folder, "blobs"))).toEqual([]);
    expect(await other.claimBlob(digest)).toBe(false);
  });

  it("does not hold a blob for a process that died, and sweeps what it had written of one", async () => {
    await store.put(nameOf("a"), await manifestOf("weights"));
    const dead = newSiblingPath(store.blobs.path(digestOf("weights")), "claim").replace(`-${process.pid}-`, "-999999-");
    await writeFile(dead, "");
    const part = newSiblingPath(store.blobs.path(digestOf("later")), "tmp").replace(`-${process.pid}-`, "-999999-");
    await writeFile(part, "la");
    await store.exclusively(() => store.remove(nameOf("a")));
    await store.blobs.putText("later");
    expect(await readdir(join(folder, "blobs"))).toEqual([basename(store.blobs.path(digestOf("later")))]);
  });

  it("says which folder can't be written", async () => {
    const file = join(folder, "file");
    await writeFile(file, "no folder");
    const broken = new ModelStore(file);
    const refusal = /store .*file can't be written.*OLLAMA_MODELS/;
    await expect(broken.exclusively(() => broken.put(nameOf("a"), {} as Manifest))).rejects.toThrow(refusal);
    expect(await broken.claimBlob(digestOf("x"))).toBe(false);
  });

  it("passes over manifests that are damaged or name no digest", async () => {
    await store.put(nameOf("good"), await manifestOf("x"));
    const library = join(folder, "manifests/registry.ollama.ai/library");
    await mkdir(join(library, "torn"), { recursive: true });
    await writeFile(join(library, "torn/latest"), '{"schemaVersion":2,"conf');
    await mkdir(join(library, "hostile"), { recursive: true });
    const layer = { mediaType: "x", digest: "sha256:../../../../etc/passwd", size: 1 };
    await writeFile(join(library, "hostile/latest"), JSON.stringify({ config: layer, layers: [layer] }));
    expect((await store.list()).map(({ name }) => name.model)).toEqual(["good"]);
  });

  it("reads a folder that it may not write, and leaves it as it is", async () => {
    await store.put(nameOf("a"), await manifestOf("x"));
    const before = await readdir(folder, { recursive: true });
    await chmod(join(folder, "blobs"), 0o555);
    try {
      expect(await store.list()).toHaveLength(1);
      expect(await readdir(folder, { recursive: true })).toEqual(before);
    } finally {
      await chmod(join(folder, "blobs"), 0o755);
    }
  });

  it("is not there before somebody writes", async () => {
    const absent = new ModelStore(join(folder, "absent"));
    expect(await absent.list()).toEqual([]);
    expect(await absent.get(nameOf("x"))).toBeUndefined();
    expect(await readdir(folder)).toEqual([]);
  });

  it("keeps an upload whole or not at all", async () => {
    const wrong = digestOf("something else");
    await expect(store.blobs.putStream(wrong, Readable.from([Buffer.from("some")]))).rejects.toThrow("digest mismatch");
    const broken = new Readable({
      read() {
        this.push("half");
        this.destroy(new Error("the client left"));
      },
    });
    await expect(store.blobs.putStream(digestOf("half of it"), broken)).rejects.toThrow("the client left");
    expect(await readdir(join(folder, "blobs"))).toEqual([]);
  });
});

describe("a digest", () => {
  it("is read in both spellings", () => {
    const hex = "a".repeat(64);
    expect(parseDigest(`sha256-${hex}`)).toBe(`sha256:${hex}`);
    expect(parseDigest(`sha256:${hex.toUpperCase()}`)).toBe(`sha256:${hex}`);
  });

  it.each(["zzz", "sha256:zzz", "sha256:../../x", `sha256:${"a".repeat(63)}`, `sha256:${"a".repeat(64)}/..`, ""])(
    "can't be %j",
    (text) => {
      expect(parseDigest(text)).toBeUndefined();
    },
  );
});
