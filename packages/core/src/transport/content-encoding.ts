import type { IncomingMessage } from "node:http";
import type { Readable, Transform } from "node:stream";

/** A body as it was before a proxy compressed it, which some do unasked. */
export function decodedBody(message: IncomingMessage): Readable {
  const decoder = decoderFor(message.headers["content-encoding"]?.trim().toLowerCase());
  if (decoder === undefined) return message;
  message.on("error", (error) => decoder.destroy(error));
  message.on("close", () => {
    if (!message.complete) decoder.destroy(Object.assign(new Error("closed before its end"), { code: "ECONNRESET" }));
  });
  decoder.on("close", () => message.destroy());
  return message.pipe(decoder);
}

/** What has arrived is given at once, so that a stream stays one. */
function decoderFor(encoding: string | undefined): Transform | undefined {
  if (encoding === undefined || encoding === "" || encoding === "identity") return undefined;
  const { constants, createBrotliDecompress, createGunzip, createInflate } = process.getBuiltinModule("node:zlib");
  const atOnce = { flush: constants.Z_SYNC_FLUSH };
  if (encoding === "gzip" || encoding === "x-gzip") return createGunzip(atOnce);
  if (encoding === "deflate") return createInflate(atOnce);
  if (encoding === "br") return createBrotliDecompress({ flush: constants.BROTLI_OPERATION_FLUSH });
  return undefined;
}
