/*
 * Tool definitions as a Jinja template sees them: a real server decodes what it is sent into fields of its own and
 * writes these in its own order, so that `$schema`, `additionalProperties` and the like don't reach a template.
 */

type Fields = Readonly<Record<string, unknown>>;

/** Tool definitions for a Jinja template. */
export function toJinjaTools(tools: readonly unknown[]): unknown[] {
  return tools.map((tool) => {
    const { name, description, parameters } = fieldsOf(fieldsOf(tool).function);
    return {
      type: "function",
      function: { name: text(name), description: text(description), parameters: toParameters(fieldsOf(parameters)) },
    };
  });
}

function toParameters({ type, $defs, items, required, properties }: Fields): Fields {
  return {
    type: text(type),
    ...given("$defs", $defs),
    ...given("items", items),
    ...listed("required", required),
    properties: properties === undefined || properties === null ? null : toProperties(properties),
  };
}

function toProperties(properties: unknown): Fields {
  return Object.fromEntries(
    Object.entries(fieldsOf(properties)).map(([name, property]) => [name, toProperty(fieldsOf(property))]),
  );
}

function toProperty({ anyOf, type, items, description, enum: values, properties, required }: Fields): Fields {
  const types = Array.isArray(type) ? type.map(text) : type === undefined ? [] : [text(type)];
  return {
    ...listed("anyOf", Array.isArray(anyOf) ? anyOf.map((variant) => toProperty(fieldsOf(variant))) : []),
    ...(types.length > 0 && { type: types.length === 1 ? types[0] : types }),
    ...given("items", items),
    ...(text(description) !== "" && { description: text(description) }),
    ...listed("enum", values),
    ...(properties !== undefined && properties !== null && { properties: toProperties(properties) }),
    ...listed("required", required),
  };
}

function given(name: string, value: unknown): Fields {
  return value === undefined || value === null ? {} : { [name]: value };
}

function listed(name: string, values: unknown): Fields {
  return Array.isArray(values) && values.length > 0 ? { [name]: values } : {};
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
