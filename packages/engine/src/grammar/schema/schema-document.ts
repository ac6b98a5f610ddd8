/** A schema and where it stands in its document. */
export interface LocatedSchema {
  readonly schema: unknown;
  /** A JSON Pointer with `#` in front; the same for the same schema, however it was reached. */
  readonly path: string;
  /** The address that its references are relative to. */
  readonly base: string;
}

/** A schema that has to hold together with others: the conjunction of all of them; none is "any value". */
export type SchemaNode = readonly LocatedSchema[];

/** The schemas `true` and `false`, for constraints that stand nowhere in the document. */
export const ALWAYS: LocatedSchema = { schema: true, path: "#~always", base: "" };
export const NEVER: LocatedSchema = { schema: false, path: "#~never", base: "" };

const NO_ADDRESS = "schema:///";

/** A schema document whose `$id`, `$anchor` and JSON Pointers can be looked up. It never asks the network. */
export class SchemaDocument {
  readonly root: LocatedSchema;
  private readonly resources = new Map<string, LocatedSchema>();
  private readonly anchors = new Map<string, LocatedSchema>();

  constructor(schema: unknown) {
    this.root = { schema, path: "#", base: baseOf(schema, NO_ADDRESS) };
    this.resources.set(NO_ADDRESS, this.root);
    this.index(this.root);
  }

  /** The part of a schema that some keys lead to. */
  child(parent: LocatedSchema, ...keys: (string | number)[]): LocatedSchema {
    return keys.reduce<LocatedSchema>((at, key) => {
      const schema = isRecord(at.schema) || Array.isArray(at.schema) ? Reflect.get(at.schema, key) : undefined;
      return { schema, path: `${at.path}/${escapePointer(String(key))}`, base: baseOf(schema, at.base) };
    }, parent);
  }

  /** What a reference in `from` means, or an error text such as a llama.cpp server gives. */
  resolve(reference: string, from: LocatedSchema): LocatedSchema | string {
    const address = URL.canParse(reference, from.base) ? new URL(reference, from.base) : undefined;
    if (!address) return `Error resolving ref ${reference}: not an address`;
    const fragment = decodeURIComponent(address.hash.replace(/^#/, ""));
    address.hash = "";
    const resource = this.resources.get(address.href.replace(/#$/, ""));
    if (!resource) return `Error resolving ref ${reference}: only references within the schema are followed`;
    if (fragment === "") return resource;
    if (fragment.startsWith("/")) return this.follow(resource, fragment, reference);
    const anchor = this.anchors.get(`${address.href}#${fragment}`);
    return anchor ?? `Error resolving ref ${reference}: no $anchor ${fragment}`;
  }

  private follow(resource: LocatedSchema, pointer: string, reference: string): LocatedSchema | string {
    let at = resource;
    for (const part of pointer.slice(1).split("/")) {
      const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
      const within = at.schema;
      const found = (isRecord(within) || Array.isArray(within)) && Object.hasOwn(within, key);
      if (!found) return `Error resolving ref ${reference}: ${key} not in ${JSON.stringify(within)}`;
      at = this.child(at, key);
    }
    return at;
  }

  private index(at: LocatedSchema): void {
    if (Array.isArray(at.schema)) {
      for (const key of at.schema.keys()) this.index(this.child(at, key));
      return;
    }
    if (!isRecord(at.schema)) return;
    const { $id, $anchor, $dynamicAnchor } = at.schema;
    if (typeof $id === "string") this.resources.set(at.base, at);
    for (const anchor of [$anchor, $dynamicAnchor]) {
      if (typeof anchor === "string") this.anchors.set(`${at.base}#${anchor}`, at);
    }
    for (const key of Object.keys(at.schema)) {
      if (key !== "enum" && key !== "const") this.index(this.child(at, key));
    }
  }
}

function baseOf(schema: unknown, parent: string): string {
  const id = isRecord(schema) ? schema.$id : undefined;
  if (typeof id !== "string" || !URL.canParse(id, parent)) return parent;
  const address = new URL(id, parent);
  // Draft 7 names anchors with "$id": "#name", which moves no base.
  if (address.hash.length > 1) return parent;
  return address.href.replace(/#$/, "");
}

/** A JSON object, not an array and not null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function escapePointer(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
