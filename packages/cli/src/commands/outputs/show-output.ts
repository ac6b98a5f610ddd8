import type { OutputEntry, OutputManager, SavedOutput } from "@codo/ollama-output";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { EXIT_STATUS, type ExitStatus } from "../../errors/exit-status.js";
import { sanitize } from "../../terminal/sanitize.js";
import { codeBlocks } from "./code-blocks.js";
import { resolveResultId } from "./result-id.js";

const PAGE = 20;

/** Shows a kept result, or a part of it. */
export async function run(args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  const { terminal, globals } = context;
  const outputs = await context.outputs();
  // Who asks for the answer alone means one that is there, if only in part, and not an attempt that brought nothing.
  const wantsAnswer = args.flag("response") || args.flag("code");
  const output = await findOutput(outputs, args.text("id"), wantsAnswer);
  if (output === undefined) {
    const id = args.text("id");
    terminal.error(id === undefined ? "codo: Nothing is kept yet." : `codo: There is no result ${sanitize(id)}.`);
    terminal.error("      `codo outputs list` shows what is kept.");
    if (globals.isJson) terminal.json(null);
    return EXIT_STATUS.failure;
  }
  const blocks = codeBlocks(output.response ?? "");
  if (args.flag("code") && blocks.length === 0 && !globals.isJson) {
    terminal.error(`codo: There is no code block in the answer ${output.id}.`);
    terminal.error(`      \`codo outputs show ${output.id} -r\` prints all of it.`);
    return EXIT_STATUS.failure;
  }
  const shown = args.flag("raw") ? (text: string) => text : sanitize;
  const line = (text: string) => (args.flag("raw") ? terminal.rawLine(text) : terminal.line(text));
  if (globals.isJson) terminal.json(output);
  else if (args.flag("code")) line(shown(blocks.join("\n")));
  else if (args.flag("response")) line(shown(output.response ?? "").trimEnd());
  else showWhole(output, { shown, line }, context);
  const failure = output.result?.errorMessage;
  if (wantsAnswer && failure !== undefined) terminal.warn(sanitize(`This answer is incomplete: ${failure}`));
  return undefined;
}

async function findOutput(
  outputs: OutputManager,
  id: string | undefined,
  wantsAnswer: boolean,
): Promise<SavedOutput | undefined> {
  if (id !== undefined) return (await outputs.getOutput(await resolveResultId(outputs, id))) ?? undefined;
  const entry = await newestEntry(outputs, (found) => !wantsAnswer || found.success || found.responsePreview !== "");
  return entry === undefined ? undefined : ((await outputs.getOutput(entry.id)) ?? undefined);
}

async function newestEntry(
  outputs: OutputManager,
  isMeant: (entry: OutputEntry) => boolean,
): Promise<OutputEntry | undefined> {
  const query = { kind: ["result", "output"] as const, limit: PAGE };
  let page = await outputs.listSavedOutputs(query);
  for (;;) {
    const found = page.items.find(isMeant);
    if (found !== undefined || page.nextCursor === undefined) return found;
    page = await outputs.listSavedOutputs({ ...query, cursor: page.nextCursor });
  }
}

interface Showing {
  shown: (text: string) => string;
  line: (text: string) => void;
}

function showWhole(output: SavedOutput, { shown, line }: Showing, { terminal }: CliContext): void {
  const facts = [output.id, output.kind, output.modelName ?? output.models?.join(", ") ?? "", output.createdAt];
  line(terminal.style.bold(sanitize(facts.filter((fact) => fact !== "").join("  "))));
  const report = output.report ?? output.config;
  if (output.prompt !== undefined) line(`\n${terminal.style.dim("Prompt:")}\n${shown(output.prompt)}`);
  if (output.response !== undefined) line(`\n${terminal.style.dim("Response:")}\n${shown(output.response)}`);
  const failure = output.result?.errorMessage;
  const isInterrupted = output.result?.metadata.error?.code === "ABORTED";
  const title = isInterrupted ? "Interrupted:" : "Failed:";
  if (failure !== undefined) line(`\n${terminal.style.dim(title)}\n${shown(failure)}`);
  for (const result of output.results ?? []) {
    line(`\n${terminal.style.dim(shown(result.prompt))}\n${shown(result.response)}`);
  }
  if (report !== undefined) line(`\n${shown(JSON.stringify(report, null, 2))}`);
}
