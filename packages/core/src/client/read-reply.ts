import { OllamaError } from "@codo/ollama-contract";
import { type CallDescription, describeCall } from "../deadlines/call-scope.js";
import { parseReply } from "../replies/parse-reply.js";
import { describeWebPage } from "../replies/web-page.js";
import { serverError } from "../server-errors/server-error.js";

const EXCERPT_CHARACTERS = 120;

/**
 * A whole answer: a JSON object. Servers that only look like an Ollama report errors with status 200.
 * @throws OllamaError `STREAM_CORRUPT`, or the error in the answer
 */
export function readReply(text: string, call: CallDescription): object {
  const reply = parse(text, call);
  if (typeof reply !== "object" || reply === null || Array.isArray(reply)) {
    throw corrupt("is no JSON object", text, call);
  }
  const { error } = reply as { error?: unknown };
  if (error === undefined || error === null || error === "") return reply;
  throw serverError({ body: reply, call, status: 200 });
}

function parse(text: string, call: CallDescription): unknown {
  try {
    return parseReply(text);
  } catch (error) {
    throw corrupt("is not JSON", text, call, error);
  }
}

function corrupt(what: string, text: string, call: CallDescription, cause?: unknown): OllamaError {
  const page = describeWebPage(text);
  if (page !== undefined) {
    const message = `The answer to ${describeCall(call)} is ${page}. Check that an Ollama serves there, and not a proxy or another service.`;
    return new OllamaError("STREAM_CORRUPT", message, { cause, details: { ...call, problem: "page" } });
  }
  const excerpt = text.length > EXCERPT_CHARACTERS ? `${text.slice(0, EXCERPT_CHARACTERS)}…` : text;
  const message = `The answer to ${describeCall(call)} ${what}: ${excerpt} — check that an Ollama serves there.`;
  return new OllamaError("STREAM_CORRUPT", message, { cause, details: { ...call, excerpt } });
}
