import { parseReply } from "../replies/parse-reply.js";
import { recordOf } from "../replies/reply-fields.js";
import { describeWebPage } from "../replies/web-page.js";

/** What a server said about an error. */
export interface ErrorBody {
  text: string;
  /** Further fields beside the text: `type`, `n_ctx`, `signin_url` and so on. */
  fields: Record<string, unknown>;
}

const MAX_DEPTH = 8;
const MAX_RAW_CHARACTERS = 1_000;

/**
 * The server's text out of an error body. Bodies nest: `{"error": "{\"error\": {\"message\": …}}"}` is common, because
 * the server passes its runner's answers on. What is no JSON is taken as it is.
 */
export function readErrorBody(body: unknown): ErrorBody {
  const fields: Record<string, unknown> = {};
  const text = unwrap(body, fields, 0);
  return { text: text.trim(), fields };
}

function unwrap(body: unknown, fields: Record<string, unknown>, depth: number): string {
  if (body === undefined || body === null) return "";
  if (typeof body === "string") {
    const parsed = depth < MAX_DEPTH ? parseObject(body) : undefined;
    if (parsed !== undefined) return unwrap(parsed, fields, depth + 1);
    return describeWebPage(body) ?? excerpt(body);
  }
  if (typeof body !== "object" || depth >= MAX_DEPTH) return excerpt(JSON.stringify(body) ?? "");
  const { error, message, ...rest } = body as { error?: unknown; message?: unknown };
  Object.assign(fields, rest);
  const inner = error ?? message;
  return inner === undefined ? excerpt(JSON.stringify(body) ?? "") : unwrap(inner, fields, depth + 1);
}

function excerpt(text: string): string {
  return text.length > MAX_RAW_CHARACTERS ? `${text.slice(0, MAX_RAW_CHARACTERS)}…` : text;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  if (!text.trimStart().startsWith("{")) return undefined;
  try {
    return recordOf(parseReply(text));
  } catch {
    return undefined;
  }
}
