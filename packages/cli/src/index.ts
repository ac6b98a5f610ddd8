export { VERSION } from "./context/version.js";
export { EXIT_STATUS, type ExitStatus } from "./errors/exit-status.js";
export { type CliEnvironment, runCli } from "./main.js";
export type { OutputStream } from "./terminal/terminal.js";
