import type { RequestRecord } from "../measure/request-record.js";

/** A client that saw its chunks within less than this share of the time that decoding took did not see the decoding. */
const SEEN_SHARE = 0.5;
/** Milliseconds for one token that no model decodes in, where the server does not say how long it took. */
const IMPOSSIBLE_MS_PER_TOKEN = 0.05;
/** A server that measured no decoding leaves this behind, in nanoseconds. */
export const NOT_MEASURED_NS = 1000;

/**
 * Whether the chunks of an answer arrived together although its tokens were decoded one after the other: a proxy or the
 * server held them back. Their arrival then says nothing of decoding.
 */
export function arrivedTogether({ chunkOffsetsMs: offsets, server }: RequestRecord): boolean {
  const { eval_count: generated = 0, eval_duration: duration = 0 } = server;
  const [first, last] = [offsets[0], offsets.at(-1)];
  if (generated < 2 || first === undefined || last === undefined) return false;
  const gaps = generated - 1;
  if (duration > NOT_MEASURED_NS) return last - first < (SEEN_SHARE * (duration / 1e6) * gaps) / generated;
  return offsets.length > 1 && (last - first) / gaps < IMPOSSIBLE_MS_PER_TOKEN;
}
