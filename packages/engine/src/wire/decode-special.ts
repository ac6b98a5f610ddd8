import { ApiError } from "../http/api-error.js";
import { type Decoder, isObject } from "./decode-body.js";
import { isBareNumber, parseGoDuration } from "./go-duration.js";

const THINK_LEVELS = ["high", "medium", "low", "max"];
const THINK_CHOICES = '"high", "medium", "low", "max", true, or false';

/** A keep-alive, in milliseconds: a number is seconds, a text a Go duration; negative is for ever. */
export const keepAlive: Decoder<number> = (value) => {
  if (typeof value === "number") return value < 0 ? -1 : value * 1000;
  if (typeof value !== "string") throw new ApiError(400, `Unsupported type: '${goTypeOf(value)}'`);
  const durationMs = parseGoDuration(value);
  if (durationMs === undefined) {
    const fault = isBareNumber(value) ? "missing unit in" : "invalid";
    throw new ApiError(400, `time: ${fault} duration ${JSON.stringify(value)}`);
  }
  return durationMs < 0 ? -1 : durationMs;
};

/** Whether, and how much, to think. */
export const think: Decoder<boolean | string> = (value) => {
  if (typeof value === "boolean") return value;
  if (typeof value !== "string") throw new ApiError(400, `think must be a boolean or string (${THINK_CHOICES})`);
  if (THINK_LEVELS.includes(value)) return value;
  throw new ApiError(400, `invalid think value: ${JSON.stringify(value)} (must be ${THINK_CHOICES})`);
};

/** Images as base64. */
export const images: Decoder<string[]> = (value, path) => {
  if (!Array.isArray(value)) {
    throw new ApiError(
      400,
      `json: cannot unmarshal ${typeof value} into Go struct field ${path} of type []api.ImageData`,
    );
  }
  return value.map((image, index) => {
    if (typeof image !== "string") {
      throw new ApiError(
        400,
        `json: cannot unmarshal ${typeof image} into Go struct field ${path} of type api.ImageData`,
      );
    }
    const fault = base64Fault(image);
    if (fault === undefined) return image;
    throw new ApiError(
      400,
      `json: cannot unmarshal string into ${path}.${index} of type api.ImageData: illegal base64 data at input byte ${fault}`,
    );
  });
};

/** The position of the first byte that standard base64 can't have there. */
function base64Fault(text: string): number | undefined {
  const bare = text.replace(/[\r\n]/g, "");
  const match = /^[A-Za-z0-9+/]*/.exec(bare)?.[0].length ?? 0;
  const padding = bare.slice(match);
  if (padding === "" && match % 4 === 0) return undefined;
  if (match % 4 === 2 && padding === "==") return undefined;
  if (match % 4 === 3 && padding === "=") return undefined;
  return match;
}

function goTypeOf(value: unknown): string {
  if (typeof value === "boolean") return "bool";
  if (Array.isArray(value)) return "[]interface {}";
  return isObject(value) ? "map[string]interface {}" : typeof value;
}
