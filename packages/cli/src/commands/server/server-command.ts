import type { CommandSpec } from "../../arguments/command-spec.js";

/** `codo server`: a server that outlives the command. */
export const serverCommand: CommandSpec = {
  name: "server",
  summary: "Start, stop and look at the server",
  examples: [
    ["codo server start", "Start a server that stays: Ollama where it is installed, else the built-in engine"],
    ["codo server status --json", "Where it is, as JSON"],
  ],
  subcommands: [
    {
      name: "start",
      summary: "Start a server that stays, at 127.0.0.1:11434 where that is free",
      options: {
        port: { type: "number", placeholder: "N", describe: "The port to serve on, in place of 11434" },
      },
      examples: [
        ["codo server start", "Start it, or find the one that runs"],
        ["codo server start --port 11500", "Start one at another port"],
        ["codo server start --host 0.0.0.0", "Let other machines use it"],
      ],
      load: () => import("./start-server.js"),
    },
    {
      name: "status",
      summary: "Tell whether a server answers; exit status 6 when none does",
      examples: [["codo server status", "Address, version and process"]],
      load: () => import("./server-status.js"),
    },
    {
      name: "stop",
      summary: "Stop the server that `server start` started, and no other",
      examples: [["codo server stop", "Stop it"]],
      load: () => import("./stop-server.js"),
    },
  ],
};
