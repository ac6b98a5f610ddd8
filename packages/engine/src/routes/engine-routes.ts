import type { EngineContext } from "../engine-context.js";
import { Router } from "../http/router.js";
import { chatRoute } from "./chat-route.js";
import { generateRoute } from "./generate-route.js";
import { psRoute, tagsRoute } from "./model-list-routes.js";
import { rootRoute, statusRoute, versionRoute } from "./server-routes.js";
import { showRoute } from "./show-route.js";

/** All routes of an engine. */
export function engineRoutes(context: EngineContext): Router {
  return new Router()
    .add("GET HEAD", "/", rootRoute())
    .add("GET HEAD", "/api/version", versionRoute())
    .add("GET", "/api/status", statusRoute(context))
    .add("GET HEAD", "/api/tags", tagsRoute(context))
    .add("GET", "/api/ps", psRoute(context))
    .add("POST", "/api/show", showRoute(context))
    .add("POST", "/api/generate", generateRoute(context))
    .add("POST", "/api/chat", chatRoute(context));
}
