// A store in Ollama's layout with models made of GGUF files.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes a store in a new temporary folder. @param models - paths of GGUF files by model name */
export function createModelStore(models) {
  const folder = mkdtempSync(join(tmpdir(), "codo-store-"));
  mkdirSync(join(folder, "blobs"));
  const manifests = join(folder, "manifests/registry.ollama.ai/library");
  const put = (mediaType, bytes) => {
    const hex = createHash("sha256").update(bytes).digest("hex");
    writeFileSync(join(folder, "blobs", `sha256-${hex}`), bytes);
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
  };
  for (const [name, path] of Object.entries(models)) {
    const model = put("application/vnd.ollama.image.model", readFileSync(path));
    const described = {
      model_format: "gguf",
      model_family: "llama",
      model_families: ["llama"],
      model_type: "65K",
      file_type: "F32",
      architecture: "amd64",
      os: "linux",
      rootfs: { type: "layers", diff_ids: [model.digest] },
    };
    const config = put("application/vnd.docker.container.image.v1+json", Buffer.from(JSON.stringify(described)));
    mkdirSync(join(manifests, name), { recursive: true });
    const mediaType = "application/vnd.docker.distribution.manifest.v2+json";
    const manifest = { schemaVersion: 2, mediaType, config, layers: [model] };
    writeFileSync(join(manifests, name, "latest"), JSON.stringify(manifest));
  }
  return folder;
}
