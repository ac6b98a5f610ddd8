import type { CommandSpec } from "../../arguments/command-spec.js";

/** `codo doctor`: is everything there that is needed? */
export const doctorCommand: CommandSpec = {
  name: "doctor",
  summary: "Check that everything codo needs works, and how to fix what does not",
  details: "Exit status 1 when something is broken; with --json 0 whenever it could check.",
  examples: [
    ["codo doctor", "Node, server, models, engine, disk, settings, folders"],
    ["codo doctor --json", "The same for a program"],
  ],
  load: () => import("./doctor.js"),
};
