import type { CommandSpec } from "../arguments/command-spec.js";
import { batchCommand } from "./batch/batch-command.js";
import { benchCommand } from "./bench/bench-command.js";
import { chatCommand } from "./chat/chat-command.js";
import { compareCommand } from "./compare/compare-command.js";
import { completionCommand } from "./completion/completion-command.js";
import { configCommand } from "./config/config-command.js";
import { doctorCommand } from "./doctor/doctor-command.js";
import { embedCommand } from "./embed/embed-command.js";
import { modelsCommand } from "./models/models-command.js";
import { outputsCommand } from "./outputs/outputs-command.js";
import { queueCommand } from "./queue/queue-command.js";
import { reportCommand } from "./report/report-command.js";
import { runCommand } from "./run/run-command.js";
import { serverCommand } from "./server/server-command.js";
import { templatesCommand } from "./templates/templates-command.js";
import { trustCommand } from "./trust/trust-command.js";
import { uiCommand } from "./ui/ui-command.js";
import { workerCommand } from "./worker/worker-command.js";

/** Every command of `codo`, in the order of the help. What a command does is loaded when it is called. */
export const COMMANDS: readonly CommandSpec[] = [
  runCommand,
  chatCommand,
  batchCommand,
  embedCommand,
  modelsCommand,
  serverCommand,
  configCommand,
  templatesCommand,
  trustCommand,
  outputsCommand,
  benchCommand,
  compareCommand,
  reportCommand,
  workerCommand,
  queueCommand,
  uiCommand,
  doctorCommand,
  completionCommand(() => COMMANDS),
];
