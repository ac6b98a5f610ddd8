import type { IncomingMessage, ServerResponse } from "node:http";
import { OllamaError } from "@codo/ollama-contract";
import * as v from "valibot";

/** What an answer of the API is made from. */
export interface ApiCall {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  /** The part of the path that a route leaves open. */
  id: string;
}

/** One address of the API. What `answer` returns is sent as JSON; `undefined` says that it answered itself. */
export interface ApiRoute {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Such as `/api/results/:id`. */
  path: string;
  answer(call: ApiCall): Promise<object | undefined> | object | undefined;
}

const MOST_BODY_BYTES = 64 * 1024 * 1024;

/** The route of a request, and what stands in its open part. */
export function findRoute(
  routes: readonly ApiRoute[],
  method: string,
  path: string,
): { route: ApiRoute; id: string } | undefined {
  const parts = path.split("/");
  for (const route of routes) {
    const wanted = route.path.split("/");
    if (route.method !== method || wanted.length !== parts.length) continue;
    if (!wanted.every((part, at) => part === ":id" || part === parts[at])) continue;
    const id = decoded(parts[wanted.indexOf(":id")] ?? "");
    if (id !== undefined) return { route, id };
  }
  return undefined;
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** Checks what was sent. @throws OllamaError `INVALID_REQUEST` that names the field */
export function checked<T>(schema: v.GenericSchema<unknown, T>, value: unknown): T {
  const { success, issues, output } = v.safeParse(schema, value);
  if (success) return output;
  const [issue] = issues;
  const field = v.getDotPath(issue) ?? "the request";
  throw new OllamaError("INVALID_REQUEST", `Invalid value of ${field}: ${issue.message}`);
}

/** The body of a request, as the schema has it. @throws OllamaError `INVALID_REQUEST` */
export async function bodyOf<T>({ request }: ApiCall, schema: v.GenericSchema<unknown, T>): Promise<T> {
  // A form of another site cannot send this type.
  if (request.headers["content-type"]?.split(";")[0] !== "application/json") {
    throw new OllamaError("INVALID_REQUEST", "The body has to be sent as application/json.");
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MOST_BODY_BYTES) throw new OllamaError("INVALID_REQUEST", "The body is larger than 64 MB.");
    chunks.push(chunk as Buffer);
  }
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch (cause) {
    throw new OllamaError("INVALID_REQUEST", "The body is not JSON.", { cause });
  }
  return checked(schema, value);
}

/** Sends JSON. */
export function sendJson(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
  response.end(JSON.stringify(value));
}

/** Sends an error as `{ error: { code, message } }`. */
export function sendError(response: ServerResponse, error: unknown): void {
  const known = OllamaError.is(error) ? error : undefined;
  const message = error instanceof Error ? error.message : String(error);
  if (response.headersSent) response.destroy();
  else sendJson(response, statusOf(known), { error: { code: known?.code ?? "SERVER_ERROR", message } });
}

function statusOf(error: OllamaError | undefined): number {
  if (error?.code === "INVALID_REQUEST" || error?.code === "INVALID_CONFIG") return 400;
  if (error?.code === "MODEL_NOT_FOUND") return 404;
  return error?.code === "SERVER_UNAVAILABLE" ? 502 : 500;
}
