import type { EngineContext } from "../engine-context.js";
import { ApiError } from "../http/api-error.js";
import type { Exchange } from "../http/exchange.js";
import type { Handler } from "../http/router.js";
import { requireWritable } from "../models/store-builtin.js";
import { pullModel } from "../registry/pull-model.js";
import { type ModelName, parseModelName } from "../store/model-name.js";
import { bool, decodeBody, text } from "../wire/decode-body.js";
import { StatusStream } from "./status-stream.js";

const FIELDS = { model: text, name: text, insecure: bool, stream: bool, username: text, password: text };

/** `POST /api/pull`: gets a model from its registry. A client that leaves stops it; the next one goes on from there. */
export function pullRoute({ catalog }: EngineContext): Handler {
  return async (exchange) => {
    const { name, stream, isInsecure } = await readBody(exchange, "PullRequest");
    requireWritable(catalog, name);
    const status = new StatusStream(exchange, stream);
    await status.run((say) => pullModel({ store: catalog.store, name, isInsecure, signal: exchange.gone, say }));
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
      throw new ApiError(500, "this engine does not push to registries; push the model with Ollama");
    });
  };
}

/** `POST /api/me` and `POST /api/signout`: there is no account. */
export function accountRoute(): Handler {
  return () => {
    throw new ApiError(503, "account unavailable");
  };
}

async function readBody(
  exchange: Exchange,
  type: string,
): Promise<{ name: ModelName; stream: boolean; isInsecure: boolean }> {
  const body = decodeBody(await exchange.readText(), type, FIELDS);
  const name = parseModelName(body.model || body.name || "");
  if (name === undefined) throw new ApiError(400, "invalid model name");
  // Plain HTTP is spoken where the name says so and the request allows it.
  const isInsecure = body.insecure === true && /^http:/i.test(body.model || body.name || "");
  return { name, stream: body.stream !== false, isInsecure };
}
