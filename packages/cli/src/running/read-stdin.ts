import { fstatSync } from "node:fs";
import type { Terminal } from "../terminal/terminal.js";
import { PIPED_INPUT, textOf } from "./read-text.js";

/** How long a socket that says nothing is waited for, in milliseconds, when there is a prompt without it. */
const SILENT_SOCKET_MS = 1000;

/** Where piped input comes from. */
export interface InputSource {
  stdin: NodeJS.ReadStream;
  terminal: Terminal;
  /** Whether there is something to do without any input. */
  isOptional: boolean;
}

/**
 * What is piped in; empty at a terminal. A pipe or file is read to its end. Programs that start this one often leave a
 * socket open as its input and never write: with a prompt at hand that is not waited for.
 */
export async function readPipedInput({ stdin, terminal, isOptional }: InputSource): Promise<string> {
  if (stdin.isTTY || !isOpen()) return "";
  const mayBeSilent = isOptional && fstatSync(0).isSocket();
  if (mayBeSilent && !(await becomesReadable(stdin))) {
    terminal.note("The piped input is empty; continuing without it.");
    return "";
  }
  return textOf(await readWholeInput(stdin), PIPED_INPUT);
}

/** Everything that comes in; at a terminal what is typed, up to Ctrl-D. */
export async function readWholeInput(stdin: NodeJS.ReadStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function isOpen(): boolean {
  try {
    const found = fstatSync(0);
    return found.isFIFO() || found.isFile() || found.isSocket();
  } catch {
    return false;
  }
}

async function becomesReadable(stdin: NodeJS.ReadStream): Promise<boolean> {
  return await new Promise((resolve) => {
    const timer = setTimeout(() => finish(false), SILENT_SOCKET_MS);
    const onReadable = () => finish(true);
    const finish = (isReadable: boolean) => {
      clearTimeout(timer);
      stdin.off("readable", onReadable).off("end", onReadable);
      if (!isReadable) stdin.destroy();
      resolve(isReadable);
    };
    stdin.on("readable", onReadable).on("end", onReadable);
  });
}
