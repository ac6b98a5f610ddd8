import type { EngineContext } from "../engine-context/engine-context.js";
import { ApiError } from "../http/api-error.js";
import type { Handler } from "../http/router.js";
import { OLLAMA_VERSION } from "../settings/ollama-version.js";

/** `GET /`: says that somebody is there. */
export function rootRoute(): Handler {
  return (exchange) => exchange.sendText(200, "Ollama is running", "text/plain; charset=utf-8");
}

/** `GET /api/version`. */
export function versionRoute(): Handler {
  return (exchange) => exchange.sendJson(200, { version: OLLAMA_VERSION });
}

/** `GET /api/status`: whether the cloud is turned off. There is none here, whatever it says. */
export function statusRoute({ settings }: EngineContext): Handler {
  const cloud = settings.noCloud ? { disabled: true, source: "env" } : { disabled: false, source: "none" };
  return (exchange) => exchange.sendJson(200, { cloud });
}

/** What only the cloud can do, which is not there: refused as by a server that has it turned off. */
export function cloudRoute(what: string): Handler {
  return () => {
    throw new ApiError(403, `ollama cloud is disabled: ${what}`);
  };
}
