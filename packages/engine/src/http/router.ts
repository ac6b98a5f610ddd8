import type { Exchange } from "./exchange.js";

/** Answers one request. */
export type Handler = (exchange: Exchange) => void | Promise<void>;

/** What a path and a method lead to. */
export type RouteMatch =
  | { type: "found"; handler: Handler; parameters: Record<string, string> }
  | { type: "method"; allow: string }
  | { type: "redirect"; location: string }
  | { type: "none" };

interface Route {
  method: string;
  segments: string[];
  handler: Handler;
}

/** The table of routes; `:name` in a path stands for one segment. */
export class Router {
  readonly #routes: Route[] = [];

  add(methods: string, path: string, handler: Handler): this {
    for (const method of methods.split(" ")) this.#routes.push({ method, segments: path.split("/"), handler });
    return this;
  }

  match(method: string, path: string): RouteMatch {
    const matches = this.#matches(path);
    const found = matches.find(({ route }) => route.method === method);
    if (found !== undefined) return { type: "found", handler: found.route.handler, parameters: found.parameters };
    if (matches.length > 0) return { type: "method", allow: allowed(matches.map(({ route }) => route.method)) };
    const other = path.endsWith("/") ? path.slice(0, -1) : `${path}/`;
    const isElsewhere = this.#matches(other).some(({ route }) => route.method === method);
    return isElsewhere ? { type: "redirect", location: other } : { type: "none" };
  }

  #matches(path: string): { route: Route; parameters: Record<string, string> }[] {
    const segments = path.split("/");
    const matches: { route: Route; parameters: Record<string, string> }[] = [];
    for (const route of this.#routes) {
      const parameters = matchSegments(route.segments, segments);
      if (parameters !== undefined) matches.push({ route, parameters });
    }
    return matches;
  }
}

function allowed(methods: string[]): string {
  return [...new Set(methods)].sort().join(", ");
}

function matchSegments(pattern: string[], segments: string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? "";
    if (part.startsWith(":")) {
      if (segment === "") return undefined;
      parameters[part.slice(1)] = segment;
    } else if (part !== segment) return undefined;
  }
  return parameters;
}
