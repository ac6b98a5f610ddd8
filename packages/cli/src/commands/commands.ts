import type { CommandSpec } from "../arguments/command-spec.js";
import { runCommand } from "./run/run-command.js";

/** Every command, in the order of the help. */
export const COMMANDS: readonly CommandSpec[] = [runCommand];
