import type { OllamaErrorCode } from "@codo/ollama-contract";
import { OllamaError } from "@codo/ollama-contract";
import { type CallDescription, describeCall } from "../deadlines/call-scope.js";
import { classifyServerError } from "./classify-error.js";
import { readErrorBody } from "./error-body.js";

/** What is known of an error that a server reported. */
export interface ServerErrorInit {
  /** The body, parsed or as text. */
  body: unknown;
  call: CallDescription;
  /** Absent for an error in the middle of a stream. */
  status?: number;
  statusText?: string;
  details?: Record<string, unknown>;
  /** What to do where the request is invalid, by what is known of it. */
  hint?: string | undefined;
}

/** What Ollama and llama.cpp say where texts are sent to a model that answers prompts. */
const NO_EMBEDDINGS = /^this (?:model|server) does not support embeddings/i;

/** The error for what a server reported: the right code, the server's own text, and what to do about it. */
export function serverError({ body, call, status, statusText, details, hint }: ServerErrorInit): OllamaError {
  const { text, fields } = readErrorBody(body);
  // Under 200 an error is as one in the middle of a stream: the status says nothing.
  const code = classifyServerError(status === 200 ? undefined : status, text);
  const said = text === "" ? fallbackText(status, statusText) : text;
  const where = status === undefined ? "in the middle of the answer" : `with ${status}`;
  const advice = (code === "INVALID_REQUEST" && hint) || adviceFor(code, status, text, call, fields);
  const message = `${describeCall(call)} failed ${where}: ${endSentence(said)}`;
  const { signin_url: signinUrl, ...others } = fields;
  return new OllamaError(code, message, {
    advice,
    details: {
      ...call,
      ...(status === undefined ? {} : { status }),
      serverText: text,
      ...(signinUrl === undefined ? {} : { signinUrl }),
      ...(Object.keys(others).length === 0 ? {} : { server: others }),
      ...details,
    },
  });
}

function fallbackText(status: number | undefined, statusText: string | undefined): string {
  return statusText === undefined || statusText === "" ? `status ${status ?? "unknown"}, no text` : statusText;
}

function endSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function adviceFor(
  code: OllamaErrorCode,
  status: number | undefined,
  text: string,
  call: CallDescription,
  fields: Record<string, unknown>,
): string {
  if (typeof fields.signin_url === "string") return `Sign in at ${fields.signin_url}`;
  switch (code) {
    case "MODEL_NOT_FOUND":
      return call.model ? `See the names with "ollama list", or get it with "ollama pull ${call.model}".` : "";
    case "MODEL_LACKS_CAPABILITY":
      if (NO_EMBEDDINGS.test(text)) return "Choose an embedding model.";
      return "Choose a model with that capability; show lists what a model can do.";
    case "CONTEXT_OVERFLOW":
      return "Shorten the prompt, or raise num_ctx.";
    case "SERVER_BUSY":
      return "Try again in a moment.";
    case "UNAUTHORIZED":
      return status === 403 && text === ""
        ? "The server refuses this Origin or Host: allow it there with OLLAMA_ORIGINS or OLLAMA_HOST."
        : status === 401
          ? keyAdvice(call)
          : "";
    default:
      return status === 404 || status === 405 ? "This may be no Ollama server, or one too old or too new." : "";
  }
}

/** A key belongs to one host: a user with a key for their own server still lacks the one for ollama.com. */
function keyAdvice({ host }: CallDescription): string {
  return host === "https://ollama.com"
    ? "Set OLLAMA_API_KEY to a key of ollama.com; keys for another host are not sent there."
    : "Check the API key or sign in.";
}
