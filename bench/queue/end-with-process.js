import { rmSync } from "node:fs";

const children = new Set();
const folders = new Set();

/** Ends a child at the latest with this process, however that ends. */
export function endWithProcess(child) {
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

/** Removes a folder at the end of this process, however that ends. */
export function removeWithProcess(folder) {
  folders.add(folder);
}

process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(130));
