import type { EngineContext } from "../engine-context.js";
import { Router } from "../http/router.js";
import { createBlobRoute, headBlobRoute } from "./blob-routes.js";
import { chatRoute } from "./chat-route.js";
import { copyRoute, deleteRoute } from "./copy-delete-routes.js";
import { createRoute } from "./create-route.js";
import { embeddingsRoute, embedRoute } from "./embed-routes.js";
import { generateRoute } from "./generate-route.js";
import { psRoute, tagsRoute } from "./model-list-routes.js";
import { accountRoute, pullRoute, pushRoute } from "./registry-routes.js";
import { cloudRoute, rootRoute, statusRoute, versionRoute } from "./server-routes.js";
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
    .add("POST", "/api/chat", chatRoute(context))
    .add("POST", "/api/embed", embedRoute(context))
    .add("POST", "/api/embeddings", embeddingsRoute(context))
    .add("POST", "/api/create", createRoute(context))
    .add("POST", "/api/copy", copyRoute(context))
    .add("DELETE", "/api/delete", deleteRoute(context))
    .add("HEAD", "/api/blobs/:digest", headBlobRoute(context))
    .add("POST", "/api/blobs/:digest", createBlobRoute(context))
    .add("POST", "/api/pull", pullRoute())
    .add("POST", "/api/push", pushRoute(context))
    .add("POST", "/api/experimental/web_search", cloudRoute("web search is unavailable"))
    .add("POST", "/api/experimental/web_fetch", cloudRoute("web fetch is unavailable"))
    .add("POST", "/api/me", accountRoute())
    .add("POST", "/api/signout", accountRoute());
}
