import type { ChangedTags } from "../../src/index.js";
import { request } from "../shell/request.ts";

/** Which tags a result gets, and which it loses. */
export interface TagChange {
  id: string;
  add?: readonly string[];
  remove?: readonly string[];
}

/** Changes tags. @throws Error with the server's words */
export async function changeTags(changes: readonly TagChange[]): Promise<ChangedTags[]> {
  return (await request<{ changed: ChangedTags[] }>("/api/tags", "POST", { changes })).changed;
}

/** What takes changes back, and nothing else: a tag that somebody else has added meanwhile stays. */
export function takingBack(changed: readonly ChangedTags[]): TagChange[] {
  return changed.map(({ id, before, tags }) => ({
    id,
    add: before.filter((tag) => !tags.includes(tag)),
    remove: tags.filter((tag) => !before.includes(tag)),
  }));
}
