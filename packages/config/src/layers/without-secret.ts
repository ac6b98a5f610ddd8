import { SECRET_KEYS } from "../schema/config-schema.js";
import type { Explanation } from "./explanation.js";

/** An explanation that can be shown: secrets are starred out. */
export function withoutSecret(explanation: Explanation): Explanation {
  const conceal = (value: unknown) => (SECRET_KEYS.includes(explanation.key) ? starred(value) : withoutPassword(value));
  return {
    ...explanation,
    value: conceal(explanation.value),
    hidden: explanation.hidden.map((layer) => ({ ...layer, value: conceal(layer.value) })),
  };
}

function starred(value: unknown): unknown {
  return value === undefined ? undefined : "***";
}

/** A value with the password of a URL starred out. */
export function withoutPassword(value: unknown): unknown {
  return typeof value === "string" ? value.replace(/(:\/\/)[^/@\s]+@/, "$1***@") : value;
}
