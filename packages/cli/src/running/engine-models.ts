/** The models that every built-in engine has: the one that answers, and the one that embeds. */
export const ENGINE_MODELS: readonly [string, string] = ["codo-tiny", "codo-tiny-embed"];
