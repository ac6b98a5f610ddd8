import { OllamaError } from "@codo/ollama-contract";
import type { OutputManager } from "@codo/ollama-output";
import * as v from "valibot";
import { type ApiRoute, bodyOf } from "../http/api-route.js";

/** The tags of a result, as they were and as they are. */
export interface ChangedTags {
  id: string;
  before: string[];
  tags: string[];
}

const MOST_CHANGES = 10_000;
const words = v.optional(v.array(v.pipe(v.string(), v.trim(), v.nonEmpty("a tag has at least one character"))), []);

const CHANGES = v.strictObject({
  changes: v.pipe(
    v.array(v.strictObject({ id: v.string(), add: words, remove: words })),
    v.minLength(1),
    v.maxLength(MOST_CHANGES),
  ),
});

/** The address that changes tags: of one result or of many at once. What it answers is enough to take it back. */
export function tagRoutes(output: Pick<OutputManager, "getOutput" | "editTags">): ApiRoute[] {
  return [
    {
      method: "POST",
      path: "/api/tags",
      answer: async (call) => {
        const { changes } = await bodyOf(call, CHANGES);
        const changed: ChangedTags[] = [];
        for (const { id, add, remove } of changes) {
          const before = (await output.getOutput(id))?.tags;
          const tags = await output.editTags(id, { add, remove });
          if (before === undefined || tags === null) throw unknown(id, changed.length);
          changed.push({ id, before, tags });
        }
        return { changed };
      },
    },
  ];
}

function unknown(id: string, done: number): OllamaError {
  const rest = done === 0 ? "" : ` The ${done} results before it were changed.`;
  return new OllamaError("INVALID_REQUEST", `There is no result "${id}"; it may have been deleted.${rest}`);
}
