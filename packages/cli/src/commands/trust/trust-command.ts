import type { CommandSpec } from "../../arguments/command-spec.js";

/** `codo trust`: consent to what a project's settings decide. */
export const trustCommand: CommandSpec = {
  name: "trust",
  summary: "Show a project's settings that decide where data goes, and trust them",
  details:
    "A project's codo.config.json may come from somebody else. What it says about host, port, output folder, programs " +
    "and keeping of results counts only once you have trusted it, for this folder and these values. In CI, where the " +
    "project is your own, CODO_TRUST_PROJECT=1 trusts it; CODO_TRUST_PROJECT=0 continues without these settings. Your " +
    "API key never goes to a project's host.",
  positionals: [
    { name: "folder", completes: "folders", describe: "The project's folder (default: the working folder)" },
  ],
  options: {
    list: { type: "flag", describe: "List the folders that you trust" },
    remove: { type: "flag", describe: "Stop trusting the folder" },
  },
  examples: [
    ["codo trust", "Show what this project decides, and trust it"],
    ["codo trust --list", "The folders that you trust"],
    ["codo trust --remove", "Take it back"],
  ],
  load: () => import("./trust.js"),
};
