import type { EngineContext } from "../engine-context/engine-context.js";
import { ApiError } from "../http/api-error.js";
import type { Exchange } from "../http/exchange.js";
import type { Handler } from "../http/router.js";
import { DigestMismatch } from "../store/blob-store.js";
import { parseDigest } from "../store/digest.js";

/** `HEAD /api/blobs/:digest`: whether a blob is there. Who asks will make a model of it. */
export function headBlobRoute({ catalog }: EngineContext): Handler {
  return async (exchange) => {
    const digest = digestOf(exchange);
    const { store } = catalog;
    if (!(await store.blobs.has(digest)) || !(await store.claimBlob(digest))) {
      throw new ApiError(404, `blob ${JSON.stringify(exchange.parameters.digest)} not found`);
    }
    exchange.sendHead(200);
  };
}

/** `POST /api/blobs/:digest`: keeps what is sent, if it has that digest. */
export function createBlobRoute({ catalog }: EngineContext): Handler {
  return async (exchange) => {
    const digest = digestOf(exchange);
    const { blobs } = catalog.store;
    if (await catalog.store.claimBlob(digest)) {
      exchange.request.resume();
      exchange.sendEmpty(200);
      return;
    }
    try {
      await blobs.putStream(digest, exchange.request, exchange.gone);
    } catch (error) {
      if (error instanceof DigestMismatch) throw new ApiError(400, error.message, { cause: error });
      throw error;
    }
    exchange.sendEmpty(201);
  };
}

function digestOf({ parameters }: Exchange): string {
  const digest = parseDigest(parameters.digest ?? "");
  if (digest === undefined) throw new ApiError(400, "invalid digest format");
  return digest;
}
