import type { ChangeTarget } from "@codo/ollama-config";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";

/** The file that `--project` chooses. */
export function changeTarget(args: ParsedArguments): ChangeTarget {
  return args.flag("project") ? { target: "project" } : {};
}
