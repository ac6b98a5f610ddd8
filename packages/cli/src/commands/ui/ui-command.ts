import type { CommandSpec } from "../../arguments/command-spec.js";

/** `codo ui`: a page to look with. */
export const uiCommand: CommandSpec = {
  name: "ui",
  summary: "Serve a page to look at saved results and to try prompts, until it is stopped",
  details:
    "On this machine only (loopback). The address contains a secret: everyone who has it can use the page. Ctrl-C ends the server. --json prints { url } and goes on serving.",
  options: {
    port: { type: "number", placeholder: "N", describe: "Port to listen on (default: a free one)" },
    open: { type: "flag", describe: "Open the page in the browser" },
  },
  examples: [["codo ui --open", "Look at the results in the browser"]],
  load: () => import("./ui.js"),
};
