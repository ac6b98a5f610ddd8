/** What is still to be stopped when this process ends. Shared by all copies of this module in the process. */
interface ExitGuard {
  readonly stops: Set<() => void>;
  uninstall?: (() => void) | undefined;
}

const KEY = Symbol.for("@codo/ollama.exit-guard");
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Has `stop` called when this process ends: normally, by an exception, or by SIGINT, SIGTERM or SIGHUP. `stop` has to
 * be synchronous. A signal keeps its effect: where nobody else listens for it the process ends by it, and where an
 * application does, the application decides. There are listeners only as long as there is something to stop.
 *
 * @returns takes `stop` off again
 */
export function stopAtExit(stop: () => void): () => void {
  const guard = sharedGuard();
  guard.stops.add(stop);
  guard.uninstall ??= install(guard);
  return () => {
    guard.stops.delete(stop);
    if (guard.stops.size > 0) return;
    guard.uninstall?.();
    guard.uninstall = undefined;
  };
}

function sharedGuard(): ExitGuard {
  const holder = globalThis as { [KEY]?: ExitGuard };
  holder[KEY] ??= { stops: new Set() };
  return holder[KEY];
}

function install(guard: ExitGuard): () => void {
  const stopAll = (): void => {
    for (const stop of guard.stops) stop();
    guard.stops.clear();
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    // Another listener means that the application decides what the signal does; should it exit, `exit` follows.
    if (process.listenerCount(signal) > 1) return;
    stopAll();
    uninstall();
    guard.uninstall = undefined;
    process.kill(process.pid, signal);
  };
  const uninstall = (): void => {
    process.off("exit", stopAll);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  process.on("exit", stopAll);
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return uninstall;
}
