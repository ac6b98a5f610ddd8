import type { RecordedRequest } from "./recording.js";

/** Models whose recorded weights the fixture has, so that they have to end as they did. */
const SAME_WEIGHTS = new Set(["tiny-endless", "tiny-repeat"]);

/**
 * Where other weights talk longer or shorter than the recorded ones, the end of an answer is judged by its own
 * count: `length` if that is what the request allowed, else `stop`. Returns the recorded text with the right end.
 */
export function endAsCounted(recorded: string, actual: string, { body }: RecordedRequest): string {
  const limit = numPredict(body);
  const count = /"eval_count":(\d+)/.exec(actual)?.[1];
  if (limit === undefined || count === undefined || SAME_WEIGHTS.has(modelOf(body))) return recorded;
  const isFull = Number(count) >= limit;
  return recorded.replace(/"done_reason":"(stop|length)"/, `"done_reason":"${isFull ? "length" : "stop"}"`);
}

function numPredict(body: unknown): number | undefined {
  const options = isObject(body) ? body.options : undefined;
  const limit = isObject(options) ? options.num_predict : undefined;
  return typeof limit === "number" && limit > 0 ? limit : undefined;
}

function modelOf(body: unknown): string {
  return isObject(body) ? String(body.model) : "";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
