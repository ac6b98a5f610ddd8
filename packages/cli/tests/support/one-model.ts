import type { IncomingMessage, ServerResponse } from "node:http";

/** A model as `/api/tags` and `/api/ps` list it. */
export function listed(name: string): object {
  const modified_at = "2026-01-01T00:00:00Z";
  return { name, model: name, modified_at, size: 1, digest: "d".repeat(64), details: {} };
}

/**
 * Answers what clients ask before they ask for an answer, as a server with one model does.
 * @returns `false` when that is something else: nothing was answered
 */
export function answersAboutModel(
  { url }: IncomingMessage,
  response: ServerResponse,
  { name, loaded = [], capabilities = ["completion"] }: { name: string; loaded?: string[]; capabilities?: string[] },
): boolean {
  const answers: Record<string, object> = {
    "/api/version": { version: "0.33.0" },
    "/api/tags": { models: [listed(name)] },
    "/api/ps": { models: loaded.map(listed) },
    "/api/show": { capabilities, details: {}, model_info: {} },
  };
  const answer = answers[url ?? ""];
  if (answer === undefined) return false;
  response.setHeader("content-type", "application/json; charset=utf-8");
  response.end(JSON.stringify(answer));
  return true;
}
