import type { EngineContext } from "../engine-context/engine-context.js";
import { ApiError } from "../http/api-error.js";
import type { Exchange } from "../http/exchange.js";
import type { Handler } from "../http/router.js";
import { requireWritable } from "../models/store-builtin.js";
import { pullModel } from "../registry/pull-model.js";
import { pushModel } from "../registry/push-model.js";
import type { RegistryAccess } from "../registry/registry-client.js";
import { type ModelName, parseModelName, shortName } from "../store/model-name.js";
import { bool, decodeBody, text } from "../wire/decode-body.js";
import { StatusStream } from "./status-stream.js";

const FIELDS = { model: text, name: text, insecure: bool, stream: bool, username: text, password: text };

/** `POST /api/pull`: gets a model from its registry. A client that leaves stops it; the next one goes on from there. */
export function pullRoute({ catalog }: EngineContext): Handler {
  return async (exchange) => {
    const { name, stream, access } = await readBody(exchange, "PullRequest");
    requireWritable(catalog, name);
    const status = new StatusStream(exchange, stream);
    await status.run((say) => pullModel({ store: catalog.store, name, access, signal: exchange.gone, say }));
  };
}

/** `POST /api/push`: brings a model to its registry. A client that leaves stops it. */
export function pushRoute({ catalog }: EngineContext): Handler {
  return async (exchange) => {
    const { name, stream, access } = await readBody(exchange, "PushRequest");
    if (catalog.builtin(name) !== undefined) {
      throw new ApiError(
        400,
        `${JSON.stringify(shortName(name))} is built in: copy it to a name of yours, and push that`,
      );
    }
    const status = new StatusStream(exchange, stream);
    await status.run((say) => pushModel({ store: catalog.store, name, access, signal: exchange.gone, say }));
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
): Promise<{ name: ModelName; stream: boolean; access: RegistryAccess }> {
  const body = decodeBody(await exchange.readText(), type, FIELDS);
  const name = parseModelName(body.model || body.name || "");
  if (name === undefined) throw new ApiError(400, "invalid model name");
  const isUnverified = body.insecure === true;
  // Plain HTTP is spoken where the name says so and the request allows it.
  const isPlain = isUnverified && /^http:/i.test(body.model || body.name || "");
  return { name, stream: body.stream !== false, access: { isPlain, isUnverified } };
}
