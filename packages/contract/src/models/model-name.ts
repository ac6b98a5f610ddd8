/** The parts of a model name, `host/namespace/model:tag`, with Ollama's defaults filled in. */
export interface ModelNameParts {
  host: string;
  namespace: string;
  model: string;
  tag: string;
}

const DEFAULTS = { host: "registry.ollama.ai", namespace: "library", tag: "latest" } as const;

/** Splits a model name as Ollama does; a missing host, namespace or tag is Ollama's default. */
export function parseModelName(name: string): ModelNameParts {
  let rest = name.trim().replace(/^[a-z]+:\/\//i, "");
  let tag: string = DEFAULTS.tag;
  const colon = rest.lastIndexOf(":");
  if (colon > rest.lastIndexOf("/")) {
    tag = rest.slice(colon + 1) || DEFAULTS.tag;
    rest = rest.slice(0, colon);
  }
  const parts = rest.split("/");
  const model = parts.pop() ?? "";
  const namespace = parts.pop() ?? DEFAULTS.namespace;
  const host = parts.length > 0 ? parts.join("/") : DEFAULTS.host;
  return { host, namespace, model, tag };
}

/** One spelling for all names of a model: lower case, complete. Equal results mean the same model. */
export function canonicalModelName(name: string): string {
  const { host, namespace, model, tag } = parseModelName(name);
  return `${host}/${namespace}/${model}:${tag}`.toLowerCase();
}

/** Whether two names mean the same model, as Ollama compares them (`x` is `x:latest`, case does not count). */
export function sameModelName(a: string, b: string): boolean {
  return canonicalModelName(a) === canonicalModelName(b);
}
