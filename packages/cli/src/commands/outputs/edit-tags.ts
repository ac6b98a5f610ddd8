import type { TagChange } from "@codo/ollama-output";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import type { ExitStatus } from "../../errors/exit-status.js";
import { UsageError } from "../../errors/usage-error.js";
import { changeEach } from "./change-each.js";

/** Changes the tags of results. Exit status 1 when one of them was not there. */
export async function run(args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  const change = readChange(args);
  const outputs = await context.outputs();
  return await changeEach(args.list("id"), context, {
    name: "edited",
    change: async (id) => {
      const tags = await outputs.editTags(id, change);
      return tags === null ? undefined : { id, tags };
    },
    describe: (id, { tags }) => `${id}: ${tags.length === 0 ? "no tags" : tags.join(", ")}`,
  });
}

function readChange(args: ParsedArguments): TagChange {
  const [set, add, remove] = [tagsOf(args, "set"), tagsOf(args, "add"), tagsOf(args, "remove")];
  if (set === undefined && add === undefined && remove === undefined) {
    const example = "For example: `codo outputs edit-tags ID --add good,checked --remove draft`";
    throw new UsageError("Nothing says how the tags should change.", example);
  }
  return {
    ...(set === undefined ? {} : { set }),
    ...(add === undefined ? {} : { add }),
    ...(remove === undefined ? {} : { remove }),
  };
}

/** The tags of an option, which commas may separate; none for `--set ""`. */
function tagsOf(args: ParsedArguments, option: string): string[] | undefined {
  const values = args.list(option);
  if (values.length === 0) return undefined;
  const tags = values.flatMap((value) => value.split(",")).map((tag) => tag.trim());
  return tags.filter((tag) => tag !== "");
}
