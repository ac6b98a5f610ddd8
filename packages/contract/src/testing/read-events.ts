import type { ExecutionEvent, ExecutionHandle } from "../execution/executor.js";

/** Reads all events of a run. */
export async function readEvents(handle: ExecutionHandle): Promise<ExecutionEvent[]> {
  const events: ExecutionEvent[] = [];
  for await (const event of handle) events.push(event);
  return events;
}

/** The text of events, joined. */
export function textOf(events: readonly ExecutionEvent[]): string {
  return events.map((event) => (event.type === "text" ? event.text : "")).join("");
}

/** Waits for the first piece of text, and goes on reading. */
export async function firstText(handle: ExecutionHandle): Promise<string> {
  const iterator = handle[Symbol.asyncIterator]();
  while (true) {
    const next = await iterator.next();
    if (next.done === true) throw new Error("The run ended before any text came.");
    if (next.value.type === "text") return next.value.text;
  }
}
