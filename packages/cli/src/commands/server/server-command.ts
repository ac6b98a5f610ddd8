import type { CommandSpec } from "../../arguments/command-spec.js";

/** `codo server`: servers in the background, which outlive the command. */
export const serverCommand: CommandSpec = {
  name: "server",
  summary: "Start, stop and check the server",
  examples: [
    ["codo server start", "Start a background server: Ollama if it is installed, otherwise the built-in engine"],
    ["codo server status --json", "Its address, as JSON"],
  ],
  subcommands: [
    {
      name: "start",
      summary: "Start a background server, at 127.0.0.1:11434 when that port is free",
      options: {
        port: { type: "number", placeholder: "N", describe: "The port to listen on (default: 11434)" },
      },
      examples: [
        ["codo server start", "Start it, or report the one that runs"],
        ["codo server start --port 11500", "Start one on another port"],
        ["codo server start --host 0.0.0.0", "Let other machines use it"],
      ],
      load: () => import("./start-server.js"),
    },
    {
      name: "status",
      summary: "Report whether a server answers; exit status 6 when none does",
      examples: [["codo server status", "Address, version and process"]],
      load: () => import("./server-status.js"),
    },
    {
      name: "stop",
      summary: "Stop a background server that `server start` started, and no other",
      options: { all: { type: "flag", describe: "Stop all that `server start` started" } },
      examples: [
        ["codo server stop", "Stop it, where one runs"],
        ["codo server stop --host 127.0.0.1:11500", "Stop the one at an address"],
      ],
      load: () => import("./stop-server.js"),
    },
  ],
};
