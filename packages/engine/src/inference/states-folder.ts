import { readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PREFIX = "codo-states-";

/** Where an inference process keeps the states of conversations that it put out of its memory. */
export function statesFolder(pid: number): string {
  return join(tmpdir(), `${PREFIX}${pid}`);
}

/** Removes what a process that has ended left there. */
export async function removeStates(pid: number): Promise<void> {
  await rm(statesFolder(pid), { recursive: true, force: true });
}

/** Removes what processes left there that have ended together with those that would have removed it. */
export async function sweepStates(isAlive: (pid: number) => boolean): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []);
  const pids = names.filter((name) => name.startsWith(PREFIX)).map((name) => Number(name.slice(PREFIX.length)));
  await Promise.all(pids.filter((pid) => pid > 0 && !isAlive(pid)).map(removeStates));
}
