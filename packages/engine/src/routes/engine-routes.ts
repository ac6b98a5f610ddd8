import { messages } from "../dialects/anthropic/messages.js";
import { chatCompletions } from "../dialects/openai/chat-completions.js";
import { embeddings } from "../dialects/openai/embeddings.js";
import { describeModel, listModels } from "../dialects/openai/models.js";
import { responses } from "../dialects/openai/responses.js";
import { textCompletions } from "../dialects/openai/text-completions.js";
import type { EngineContext } from "../engine-context/engine-context.js";
import { Router } from "../http/router.js";
import { createBlobRoute, headBlobRoute } from "./blob-routes.js";
import { chatRoute } from "./chat-route.js";
import { copyRoute, deleteRoute } from "./copy-delete-routes.js";
import { createRoute } from "./create-route.js";
import { embeddingsRoute, embedRoute, rerankRoute } from "./embed-routes.js";
import { engineRoute } from "./engine-route.js";
import { generateRoute } from "./generate-route.js";
import { psRoute, tagsRoute } from "./model-list-routes.js";
import { accountRoute, pullRoute, pushRoute } from "./registry-routes.js";
import { cloudRoute, rootRoute, statusRoute, versionRoute } from "./server-routes.js";
import { showRoute } from "./show-route.js";
import { detokenizeRoute, tokenizeRoute } from "./token-routes.js";

/** All routes of an engine. */
export function engineRoutes(context: EngineContext): Router {
  const chat = chatRoute(context);
  const generate = generateRoute(context);
  const embed = embedRoute(context);
  return new Router()
    .add("GET HEAD", "/", rootRoute())
    .add("GET HEAD", "/api/version", versionRoute())
    .add("GET", "/api/status", statusRoute(context))
    .add("GET HEAD", "/api/tags", tagsRoute(context))
    .add("GET", "/api/ps", psRoute(context))
    .add("POST", "/api/show", showRoute(context))
    .add("POST", "/api/generate", generate)
    .add("POST", "/api/chat", chat)
    .add("POST", "/api/embed", embed)
    .add("POST", "/api/embeddings", embeddingsRoute(context))
    .add("POST", "/api/create", createRoute(context))
    .add("POST", "/api/copy", copyRoute(context))
    .add("DELETE", "/api/delete", deleteRoute(context))
    .add("HEAD", "/api/blobs/:digest", headBlobRoute(context))
    .add("POST", "/api/blobs/:digest", createBlobRoute(context))
    .add("POST", "/api/pull", pullRoute(context))
    .add("POST", "/api/push", pushRoute(context))
    .add("POST", "/api/experimental/web_search", cloudRoute("web search is unavailable"))
    .add("POST", "/api/experimental/web_fetch", cloudRoute("web fetch is unavailable"))
    .add("POST", "/api/tokenize", tokenizeRoute(context))
    .add("POST", "/api/detokenize", detokenizeRoute(context))
    .add("GET", "/api/engine", engineRoute(context))
    .add("POST", "/api/rerank", rerankRoute(context))
    .add("GET", "/v1/models", listModels(context))
    .add("GET", "/v1/models/:model", describeModel(context))
    .add("POST", "/v1/chat/completions", chatCompletions(chat))
    .add("POST", "/v1/completions", textCompletions(generate))
    .add("POST", "/v1/embeddings", embeddings(embed))
    .add("POST", "/v1/responses", responses(chat))
    .add("POST", "/v1/messages", messages(chat))
    .add("POST", "/api/me", accountRoute())
    .add("POST", "/api/signout", accountRoute());
}
