/** The parts of a model's name, with Ollama's defaults filled in. */
export interface ModelName {
  readonly host: string;
  readonly namespace: string;
  readonly model: string;
  readonly tag: string;
}

const DEFAULT_HOST = "registry.ollama.ai";
const DEFAULT_NAMESPACE = "library";
const DEFAULT_TAG = "latest";

const LONGEST = { host: 350, namespace: 80, model: 80, tag: 80 } as const;
const PATTERNS = {
  host: /^[A-Za-z0-9_][A-Za-z0-9_.:-]*$/,
  namespace: /^[A-Za-z0-9_][A-Za-z0-9_-]*$/,
  model: /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/,
  tag: /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/,
} as const;

/**
 * Reads `host/namespace/model:tag`; `undefined` when a part has characters that a name can't have. A valid part can
 * neither be `..` nor hold a separator, so that a name's path stays inside the store.
 */
export function parseModelName(text: string): ModelName | undefined {
  let rest = text.replace(/^[a-z]+:\/\//i, "");
  let tag = DEFAULT_TAG;
  const colon = rest.lastIndexOf(":");
  if (colon > rest.lastIndexOf("/")) {
    tag = rest.slice(colon + 1);
    rest = rest.slice(0, colon);
  }
  const parts = rest.split("/");
  const name: ModelName = {
    tag,
    model: parts.pop() ?? "",
    namespace: parts.pop() ?? DEFAULT_NAMESPACE,
    host: parts.pop() ?? DEFAULT_HOST,
  };
  return parts.length === 0 && isValid(name) ? name : undefined;
}

/** The name without the parts that are Ollama's defaults, but always with its tag: `llama3.2:latest`. */
export function shortName(name: ModelName): string {
  const model = `${name.model}:${name.tag}`;
  if (name.host !== DEFAULT_HOST) return `${name.host}/${name.namespace}/${model}`;
  return name.namespace === DEFAULT_NAMESPACE ? model : `${name.namespace}/${model}`;
}

/** The name with all its parts: `registry.ollama.ai/library/llama3.2:latest`. */
export function fullName(name: ModelName): string {
  return `${name.host}/${name.namespace}/${name.model}:${name.tag}`;
}

/** One spelling for all names that mean the same model; case does not count. */
export function nameKey(name: ModelName): string {
  return fullName(name).toLowerCase();
}

function isValid(name: ModelName): boolean {
  for (const kind of ["host", "namespace", "model", "tag"] as const) {
    if (name[kind].length > LONGEST[kind] || !PATTERNS[kind].test(name[kind])) return false;
  }
  return true;
}
