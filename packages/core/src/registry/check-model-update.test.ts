import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { checkModelUpdate } from "./check-model-update.js";

it("compares the digest with the registry's manifest, and says when it cannot", async () => {
  const manifest = JSON.stringify({ layers: [] });
  const asked: string[] = [];
  const registry = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (request.url?.includes("broken")) response.writeHead(500).end();
    else if (request.url?.includes("mine")) response.writeHead(404).end();
    else response.end(manifest);
  });
  await new Promise<void>((resolve) => registry.listen(0, "127.0.0.1", resolve));
  const { port } = registry.address() as AddressInfo;
  const registryUrl = () => `http://127.0.0.1:${port}`;
  const check = async (name: string, digest: string) =>
    (await checkModelUpdate({ name, digest }, { registryUrl })).status;
  const digest = createHash("sha256").update(manifest).digest("hex");
  expect(await check("llama3.2", digest)).toBe("current");
  expect(await check("someone/x:1b", "0".repeat(64))).toBe("outdated");
  expect(await check("mine", digest)).toBe("local");
  expect(await check("broken", digest)).toBe("unknown");
  expect(asked.slice(0, 2)).toEqual(["/v2/library/llama3.2/manifests/latest", "/v2/someone/x/manifests/1b"]);
  await new Promise((resolve) => registry.close(resolve));
  expect(await check("llama3.2", digest)).toBe("unknown");
});
