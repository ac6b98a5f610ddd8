/** A part of a schema that the grammar does not follow to the letter. */
export interface UnsupportedKeyword {
  /** Where in the schema: a JSON Pointer with `#` in front. */
  path: string;
  keyword: string;
  /** What is not followed, and what happens instead. */
  reason: string;
  /** `looser`: the output can break this keyword. `stricter`: some valid values are never produced. */
  effect: "looser" | "stricter";
}

/** Collects what can't be expressed and what is wrong with a schema, each thing once. */
export class SchemaNotes {
  private readonly notes = new Map<string, UnsupportedKeyword>();
  private readonly faults = new Set<string>();

  /** The output can break this keyword. */
  looser(path: string, keyword: string, reason: string): void {
    this.add({ path, keyword, reason, effect: "looser" });
  }

  /** Some valid values are never produced. */
  stricter(path: string, keyword: string, reason: string): void {
    this.add({ path, keyword, reason, effect: "stricter" });
  }

  /** The schema is wrong. */
  fault(message: string): void {
    this.faults.add(message);
  }

  /** How often something was said, repetitions included. */
  count = 0;

  /** What can't be expressed, in the order of the schema. */
  get unsupported(): UnsupportedKeyword[] {
    return [...this.notes.values()];
  }

  /** What is wrong. */
  get errors(): string[] {
    return [...this.faults];
  }

  private add(note: UnsupportedKeyword): void {
    this.count++;
    const key = `${note.path} ${note.keyword} ${note.effect} ${note.reason}`;
    if (!this.notes.has(key)) this.notes.set(key, note);
  }
}
