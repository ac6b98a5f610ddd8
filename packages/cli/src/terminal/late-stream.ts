import type { Writable } from "node:stream";
import type { OutputStream } from "./terminal.js";

/** A stream off a terminal that is opened when something is written to it; most commands have nothing to say on stderr. */
export function lateStream(open: () => Writable): OutputStream {
  let opened: Writable | undefined;
  return {
    get writable(): boolean {
      return opened?.writable ?? false;
    },
    get destroyed(): boolean {
      return opened?.destroyed ?? false;
    },
    write(text: string, written?: () => void): boolean {
      opened ??= open();
      return opened.write(text, written);
    },
  };
}
