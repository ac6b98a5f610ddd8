import type { ItemFilter } from "@codo/ollama-queue";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";

/** Which prompts a command line means. */
export function itemFilter(args: ParsedArguments): ItemFilter {
  const [model, batch, jobIds] = [args.text("model"), args.text("batch"), args.list("job")];
  return {
    ...(model === undefined ? {} : { model }),
    ...(batch === undefined ? {} : { batch }),
    ...(jobIds.length === 0 ? {} : { jobIds }),
  };
}
