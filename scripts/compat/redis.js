// A Redis for the queue's part of a mix, on a free loopback port, with nothing kept.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";

/** @returns `{ url, close }`, or undefined where no `redis-server` is installed */
export async function startRedis(folder) {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  const child = spawn(
    "redis-server",
    ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no"],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  const isThere = await Promise.race([
    once(child, "error").then(() => false),
    once(child, "exit").then(([status]) => {
      throw new Error(`redis-server ended with ${status}`);
    }),
    (async () => {
      for await (const line of createInterface({ input: child.stdout }))
        if (line.includes("Ready to accept connections")) return true;
      return await new Promise(() => {});
    })(),
  ]);
  if (!isThere) return undefined;
  child.stdout.resume();
  return { url: `redis://127.0.0.1:${port}`, close: () => child.kill() };
}
