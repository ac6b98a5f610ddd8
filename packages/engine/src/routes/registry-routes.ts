import type { EngineContext } from "../engine-context.js";
import { ApiError } from "../http/api-error.js";
import type { Exchange } from "../http/exchange.js";
import type { Handler } from "../http/router.js";
import { type ModelName, parseModelName } from "../store/model-name.js";
import { bool, decodeBody, text } from "../wire/decode-body.js";
import { StatusStream } from "./status-stream.js";

const FIELDS = { model: text, name: text, insecure: bool, stream: bool, username: text, password: text };

/** What is said where a model would have to come from a registry. */
export const NO_REGISTRY =
  "pull model manifest: this engine does not talk to registries; get the model with Ollama, or create it from a GGUF file";

/** `POST /api/pull`: refused, as a server without a network refuses. */
export function pullRoute(): Handler {
  return async (exchange) => {
    const body = await readBody(exchange, "PullRequest");
    const status = new StatusStream(exchange, body.stream);
    await status.run(async (say) => {
      await say("pulling manifest");
      throw new ApiError(500, NO_REGISTRY);
    });
  };
}

/** `POST /api/push`: refused, as a server without a network refuses. */
export function pushRoute({ catalog }: EngineContext): Handler {
  return async (exchange) => {
    const body = await readBody(exchange, "PushRequest");
    const status = new StatusStream(exchange, body.stream);
    await status.run(async (say) => {
      await say("retrieving manifest");
      if ((await catalog.find(body.name)) === undefined) {
        await say("couldn't retrieve manifest");
        throw new ApiError(500, `open ${catalog.store.manifestPath(body.name)}: no such file or directory`);
      }
      throw new ApiError(500, "this engine does not talk to registries; push the model with Ollama");
    });
  };
}

/** `POST /api/me` and `POST /api/signout`: there is no account. */
export function accountRoute(): Handler {
  return () => {
    throw new ApiError(503, "account unavailable");
  };
}

async function readBody(exchange: Exchange, type: string): Promise<{ name: ModelName; stream: boolean }> {
  const body = decodeBody(await exchange.readText(), type, FIELDS);
  const name = parseModelName(body.model || body.name || "");
  if (name === undefined) throw new ApiError(400, "invalid model name");
  return { name, stream: body.stream !== false };
}
