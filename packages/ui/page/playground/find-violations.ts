import { type Schema, Validator } from "@cfworker/json-schema";

/** One line for each place where an answer is not as its schema says. */
export function findViolations(schema: string, text: string): string[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return ["It is not JSON."];
  }
  const { errors } = new Validator(JSON.parse(schema) as Schema, "2020-12", false).validate(value);
  return [...new Set(errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`))];
}
