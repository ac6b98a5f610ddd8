import type { CommandSpec } from "../arguments/command-spec.js";
import { configCommand } from "./config/config-command.js";
import { modelsCommand } from "./models/models-command.js";
import { outputsCommand } from "./outputs/outputs-command.js";
import { runCommand } from "./run/run-command.js";
import { serverCommand } from "./server/server-command.js";

/** Every command, in the order of the help. */
export const COMMANDS: readonly CommandSpec[] = [
  runCommand,
  modelsCommand,
  serverCommand,
  configCommand,
  outputsCommand,
];
