import { ApiError } from "../../http/api-error.js";
import { anything, type Decoded, type Decoder, integer, isObject, number } from "../../wire/decode-body.js";
import type { Native } from "../translated-exchange.js";

/** What chat and text completions have in common of their requests. */
export const SAMPLING_FIELDS: {
  max_tokens: Decoder<number>;
  seed: Decoder<number>;
  stop: Decoder<unknown>;
  temperature: Decoder<number>;
  top_p: Decoder<number>;
  frequency_penalty: Decoder<number>;
  presence_penalty: Decoder<number>;
  stream_options: Decoder<unknown>;
} = {
  max_tokens: integer,
  seed: integer,
  stop: anything,
  temperature: number,
  top_p: number,
  frequency_penalty: number,
  presence_penalty: number,
  stream_options: anything,
};

/** Our options from these fields; OpenAI's own defaults hold for temperature and top_p, as with the real server. */
export function optionsFrom(body: Decoded<typeof SAMPLING_FIELDS>): Native {
  const { max_tokens, seed, stop, temperature = 1, top_p = 1, frequency_penalty, presence_penalty } = body;
  return {
    temperature,
    top_p,
    ...(max_tokens !== undefined && { num_predict: max_tokens }),
    ...(seed !== undefined && { seed }),
    ...(frequency_penalty !== undefined && { frequency_penalty }),
    ...(presence_penalty !== undefined && { presence_penalty }),
    ...(typeof stop === "string" && { stop: [stop] }),
    ...(Array.isArray(stop) && { stop: stop.filter((one) => typeof one === "string") }),
  };
}

/** Whether a stream ends with the counts of its tokens. */
export function wantsUsage(body: Decoded<typeof SAMPLING_FIELDS>): boolean {
  return isObject(body.stream_options) && body.stream_options.include_usage === true;
}

/** Whether, and how hard, to think. @throws ApiError (400) */
export function thinkFrom(effort: unknown): Native {
  if (effort === undefined || effort === "") return {};
  if (effort === "none") return { think: false };
  // The nearest that our wire has.
  if (effort === "minimal") return { think: "low" };
  if (effort === "high" || effort === "medium" || effort === "low" || effort === "max") return { think: effort };
  const known = '"high", "medium", "low", "max", or "none"';
  throw new ApiError(400, `invalid reasoning value: '${String(effort)}' (must be ${known})`);
}
