import type { Timeouts } from "@codo/ollama-core";
import type { OptionSpec } from "../arguments/command-spec.js";
import type { ParsedArguments } from "../arguments/parsed-arguments.js";
import { UsageError } from "../errors/usage-error.js";

/** `--timeout` of a command that sends several requests. */
export const REQUEST_TIMEOUT: OptionSpec = {
  type: "number",
  placeholder: "SECONDS",
  describe: "Time limit for each request",
};

/** The seconds that `--timeout` gives. @throws UsageError when they are less than none */
export function readTimeout(args: ParsedArguments): number | undefined {
  const timeout = args.number("timeout");
  if (timeout === undefined || timeout >= 0) return timeout;
  throw new UsageError(`--timeout takes seconds from 0 on, not ${timeout}.`);
}

/** The deadline that `--timeout` sets for each request; none for 0. */
export function callTimeouts(args: ParsedArguments): { timeouts?: Timeouts } {
  const timeout = readTimeout(args);
  return timeout === undefined || timeout === 0 ? {} : { timeouts: { totalMs: timeout * 1000 } };
}
