import { didYouMean, expandHome } from "@codo/ollama-config";
import type { ContextPolicy } from "@codo/ollama-runner";
import { UsageError } from "../../errors/usage-error.js";
import { readAttachment, sortAttachments } from "../../running/attachments.js";
import { type OptionPair, readOptionPair } from "../../running/run-options.js";
import { counted } from "../../terminal/quantities.js";
import { sanitize } from "../../terminal/sanitize.js";
import type { Terminal } from "../../terminal/terminal.js";
import { modelSections } from "../models/model-sections.js";
import type { ChatSession } from "./chat-session.js";
import { gaugeText } from "./context-gauge.js";

/** What a typed command works on. */
export interface ChatScene {
  session: ChatSession;
  terminal: Terminal;
  /** Looks up what a model is and can do. */
  show: (model: string) => Promise<Parameters<typeof modelSections>[0]>;
  /** Says something as if it had been typed. */
  say: (message: string) => Promise<void>;
  /** Has a text written in the user's editor. */
  edit: (text: string) => Promise<string>;
  /** Asks a person yes or no; `undefined` where nobody can be asked. */
  confirm: (question: string) => Promise<boolean | undefined>;
}

/** Something that can be typed in a chat in place of a message. */
export interface SlashCommand {
  usage: string;
  does: string;
  /** Gives `"end"` to end the chat. */
  run: (scene: ChatScene, argument: string) => Promise<"end" | undefined>;
}

const POLICIES: readonly string[] = ["error", "rolling", "truncateMiddle", "summarize"];

/** Every command by its name. */
export const SLASH_COMMANDS: ReadonlyMap<string, SlashCommand> = new Map<string, SlashCommand>([
  ["set", { usage: "/set OPTION VALUE", does: "Set an option, think, format, policy or verbose", run: runSet }],
  ["show", { usage: "/show [info|options|messages]", does: "Show the model, the options or the chat", run: runShow }],
  ["load", { usage: "/load NAME", does: "Resume a saved chat", run: runLoad }],
  ["list", { usage: "/list", does: "List the saved chats", run: runList }],
  ["save", { usage: "/save NAME", does: "Save the chat", run: runSave }],
  ["fork", { usage: "/fork NAME", does: "Save the chat here, and continue with a copy", run: runFork }],
  ["clear", { usage: "/clear", does: "Forget what was said", run: runClear }],
  ["undo", { usage: "/undo", does: "Remove the last question and answer", run: runUndo }],
  ["retry", { usage: "/retry", does: "Ask the last question again", run: runRetry }],
  ["system", { usage: "/system TEXT", does: "Set the system prompt; without a text show it", run: runSystem }],
  [
    "image",
    { usage: "/image FILE|URL [TEXT]", does: "Send an image with the text, or the next message", run: runImage },
  ],
  ["edit", { usage: "/edit [TEXT]", does: "Write the message in $VISUAL or $EDITOR", run: runEdit }],
  ["model", { usage: "/model NAME", does: "Continue with another model", run: runModel }],
  ["context", { usage: "/context", does: "Show how full the context is", run: runContext }],
  ["bye", { usage: "/bye", does: "End the chat", run: async () => "end" }],
  ["?", { usage: "/?", does: "Show this help", run: runHelp }],
]);

const ALIASES: Readonly<Record<string, string>> = { help: "?", exit: "bye", quit: "bye" };

/** Whether a line is a command; a path such as `/etc/hosts is …` is a message. */
export function isSlashCommand(line: string): boolean {
  return /^\/[a-z?]+(\s|$)/i.test(line.trimStart());
}

/** Runs a typed command. @throws UsageError with the nearest one for an unknown one */
export async function runSlashCommand(line: string, scene: ChatScene): Promise<"end" | undefined> {
  const [, typed = "", argument = ""] = /^\/(\S+)\s*([\s\S]*)$/.exec(line.trim()) ?? [];
  const name = ALIASES[typed] ?? typed;
  const command = SLASH_COMMANDS.get(name);
  if (command !== undefined) return await command.run(scene, argument.trim());
  const nearest = didYouMean(typed, SLASH_COMMANDS.keys());
  const hint = nearest === undefined ? "/? lists the commands." : `Did you mean /${nearest}?`;
  throw new UsageError(`There is no command /${typed}.`, hint);
}

async function runSet({ session, terminal }: ChatScene, argument: string): Promise<undefined> {
  const [, key = "", value = ""] = /^(?:parameter\s+)?(\S+)\s*([\s\S]*)$/.exec(argument) ?? [];
  if (key === "system") session.setSystem(value);
  else if (key === "think") session.call = { ...session.call, think: readThink(value) };
  else if (key === "nothink") session.call = { ...session.call, think: false };
  else if (key === "verbose") session.isVerbose = value !== "off" && value !== "false";
  else if (key === "quiet") session.isVerbose = false;
  else if (key === "policy") session.setPolicy(readPolicy(value));
  else if (key === "noformat") session.setOption("format", "text");
  else if (value === "") throw new UsageError("Which setting, and which value?", "For example: /set temperature 0.2");
  else setOption(readOptionPair(`${key}=${value}`), session, terminal);
}

function setOption({ key, value, note }: OptionPair, session: ChatSession, terminal: Terminal): void {
  if (note !== undefined) terminal.warn(note);
  session.setOption(key, value);
}

function readThink(value: string): boolean | "low" | "medium" | "high" | "max" {
  if (value === "" || value === "true") return true;
  if (value === "false") return false;
  if (value === "low" || value === "medium" || value === "high" || value === "max") return value;
  throw new UsageError(`think cannot be "${value}".`, "true, false, low, medium, high or max");
}

function readPolicy(value: string): ContextPolicy {
  if (POLICIES.includes(value)) return value as ContextPolicy;
  throw new UsageError(`There is no policy "${value}".`, POLICIES.join(", "));
}

async function runShow({ session, terminal, show }: ChatScene, argument: string): Promise<undefined> {
  const { model, options, contextPolicy, messages } = session.conversation;
  if (argument === "messages") {
    for (const { role, content } of messages) terminal.tell(`${terminal.style.bold(`${role}:`)} ${sanitize(content)}`);
  } else if (argument === "options" || argument === "parameters") {
    terminal.line(JSON.stringify({ ...options, policy: contextPolicy }));
  } else {
    for (const [title, lines] of modelSections(await show(model))) {
      terminal.tell([terminal.style.bold(title), ...lines.map((line) => `  ${line}`)].join("\n"));
    }
  }
}

async function runLoad({ session, terminal }: ChatScene, name: string): Promise<undefined> {
  await session.load(named(name));
  const { messages, model } = session.conversation;
  terminal.note(`${counted(messages.length, "message")} with ${model}.`);
}

async function runList({ session, terminal }: ChatScene): Promise<undefined> {
  for (const name of session.savedNames()) terminal.line(name);
}

async function runSave(scene: ChatScene, name: string): Promise<undefined> {
  if (!(await mayBeSaved(scene, named(name)))) return;
  scene.terminal.note(`Saved to ${await scene.session.save(name)}.`);
}

async function runFork(scene: ChatScene, name: string): Promise<undefined> {
  const { session, terminal } = scene;
  if (!(await mayBeSaved(scene, named(name)))) return;
  terminal.note(`Saved to ${await session.fork(name)}; this is now a copy.`);
}

async function runClear({ session, terminal }: ChatScene): Promise<undefined> {
  session.clear();
  terminal.note("Forgotten.");
}

async function runUndo({ session, terminal }: ChatScene): Promise<undefined> {
  const question = session.undo();
  terminal.note(question === undefined ? "There is nothing to remove." : `Taken back: ${sanitize(question)}`);
}

async function runRetry({ session, say }: ChatScene): Promise<undefined> {
  const before = session.conversation;
  const question = session.undo();
  if (question === undefined) throw new UsageError("There is nothing to ask again.", "Ask something first.");
  const without = session.conversation.messages.length;
  try {
    await say(question);
  } finally {
    // Cancelled or failed: the answer that was there stays.
    if (session.conversation.messages.length === without) session.conversation = before;
  }
}

async function runSystem({ session, terminal }: ChatScene, text: string): Promise<undefined> {
  if (text !== "") session.setSystem(text);
  else terminal.line(sanitize(session.system ?? "(no system prompt)"));
}

async function runImage({ session, terminal, say }: ChatScene, argument: string): Promise<undefined> {
  const [, quoted, bare, text = ""] = /^(?:"([^"]+)"|(\S+))\s*([\s\S]*)$/.exec(argument) ?? [];
  const source = quoted ?? bare;
  if (source === undefined) throw new UsageError("Which image?", "For example: /image photo.png What is this?");
  const { images } = sortAttachments([await readAttachment("image", expandHome(source))]);
  const [image] = images;
  if (image === undefined) throw new UsageError(`${source} is no image.`, "PNG, JPEG, GIF, WebP or BMP");
  session.images.push(image);
  if (text !== "") await say(text);
  else
    terminal.note(
      `${session.images.length === 1 ? "It goes" : `${session.images.length} images go`} with the next message.`,
    );
}

async function runEdit({ edit, say, terminal }: ChatScene, argument: string): Promise<undefined> {
  const text = (await edit(argument)).trimEnd();
  if (text === "") terminal.note("It is empty, and was not sent.");
  else await say(text);
}

async function runModel({ session, terminal, show }: ChatScene, name: string): Promise<undefined> {
  if (name === "") {
    terminal.line(session.conversation.model);
    return;
  }
  await show(name);
  session.setModel(name);
  terminal.note(`Continuing with ${name}.`);
}

async function runContext({ session, terminal }: ChatScene): Promise<undefined> {
  const { messages, contextPolicy } = session.conversation;
  terminal.line(
    `${gaugeText(await session.contextUse())}, ${counted(messages.length, "message")}, policy ${contextPolicy}`,
  );
}

async function runHelp({ terminal }: ChatScene): Promise<undefined> {
  const commands = [...SLASH_COMMANDS.values()];
  const width = Math.max(...commands.map(({ usage }) => usage.length));
  for (const { usage, does } of commands) terminal.tell(`  ${usage.padEnd(width)}  ${does}`, width + 4);
  terminal.line(`  ${'"""'.padEnd(width)}  Begin and end a message of several lines`);
}

/** Asks before another chat is lost. @throws UsageError where nobody can be asked */
async function mayBeSaved({ session, terminal, confirm }: ChatScene, name: string): Promise<boolean> {
  if (!session.isTaken(name)) return true;
  const answer = await confirm(`Another chat is saved as ${name}. Replace it? [y/N] `);
  if (answer === undefined)
    throw new UsageError(`Another chat is saved as ${name}.`, "Save this one under another name.");
  if (!answer) terminal.note("Not saved.");
  return answer;
}

function named(name: string): string {
  if (name !== "") return name;
  throw new UsageError("Give it a name.", "For example: /save my-chat");
}
