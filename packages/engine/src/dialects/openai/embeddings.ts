import { ApiError } from "../../http/api-error.js";
import type { Handler } from "../../http/router.js";
import { anything, decodeBody, integer, text } from "../../wire/decode-body.js";
import { translated } from "../translated-exchange.js";
import { errorEvent, OPENAI } from "./openai-dialect.js";

const FIELDS = { model: text, input: anything, dimensions: integer, encoding_format: text };

/** `POST /v1/embeddings`, by the route of `/api/embed`. */
export function embeddings(embed: Handler): Handler {
  return translated(OPENAI, embed, (_exchange, json) => {
    const body = decodeBody(json, "EmbedRequest", FIELDS);
    const { model = "", input, dimensions, encoding_format: encoding = "float" } = body;
    const isBase64 = encoding.toLowerCase() === "base64";
    if (!isBase64 && encoding.toLowerCase() !== "float") {
      const known = "Supported values: ['float', 'base64'].";
      throw new ApiError(400, `Invalid value for 'encoding_format' = ${encoding}. ${known}`);
    }
    if (input === undefined || (Array.isArray(input) && input.length === 0)) throw new ApiError(400, "invalid input");
    return {
      request: { model, input: input === "" ? [""] : input, ...(dimensions !== undefined && { dimensions }) },
      whole: ({ embeddings: vectors, prompt_eval_count: count = 0 }) => ({
        object: "list",
        data: (vectors as number[][]).map((vector, index) => ({
          object: "embedding",
          embedding: isBase64 ? toBase64(vector) : vector,
          index,
        })),
        model,
        usage: { prompt_tokens: count, total_tokens: count },
      }),
      events: () => "",
      failure: errorEvent,
    };
  });
}

/** Little-endian 32-bit floats. */
function toBase64(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString("base64");
}
