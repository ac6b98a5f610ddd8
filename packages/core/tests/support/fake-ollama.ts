import { readFileSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "@codo/test-utils";

/** The program that stands in for `ollama`. */
export const FAKE_OLLAMA: string = fileURLToPath(new URL("../fixtures/fake-ollama.mjs", import.meta.url));

/** What the stand-in does. */
export type FakeBehaviour = "serve" | "slow" | "runner" | "exit" | "hang" | "stubborn" | "web" | "garbage";

/** A place for one test: its own state folder, a free port, and a count of how often the stand-in was started. */
export interface FakePlace {
  host: string;
  url: string;
  stateDir: string;
  env: NodeJS.ProcessEnv;
  starts(): Promise<number[]>;
}

export async function fakePlace(behaviour: FakeBehaviour = "serve"): Promise<FakePlace> {
  const stateDir = await mkdtemp(join(tmpdir(), "codo-core-"));
  const startsFile = join(stateDir, "starts");
  const host = `127.0.0.1:${await freePort()}`;
  const { OLLAMA_HOST: _, ...inherited } = process.env;
  return {
    host,
    url: `http://${host}`,
    stateDir,
    env: { ...inherited, FAKE_OLLAMA: behaviour, FAKE_OLLAMA_STARTS: startsFile, CODO_STATE_DIR: stateDir },
    starts: async () => {
      const text = await readFile(startsFile, "utf8").catch(() => "");
      return text.split("\n").filter(Boolean).map(Number);
    },
  };
}

/** A server on a free loopback port. */
export async function listen(
  handler: RequestListener,
  port = 0,
): Promise<{ server: Server; host: string; close(): Promise<void> }> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { server, host: `127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** Whether a process runs. One that ended and was not yet collected by its parent does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat[stat.lastIndexOf(")") + 2] !== "Z";
  } catch {
    return process.platform !== "linux";
  }
}
