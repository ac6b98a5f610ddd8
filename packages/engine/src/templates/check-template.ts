import { ApiError } from "../http/api-error.js";

/** Refuses a Go template that can't be parsed. @throws ApiError (400) */
export function checkTemplate(template: string): void {
  const fault = templateFault(template);
  if (fault !== undefined) throw new ApiError(400, `template error: ${fault}`);
}

/** What Go says of a template whose actions are not closed; `undefined` when they are. */
export function templateFault(template: string): string | undefined {
  let line = 1;
  for (let at = 0; at < template.length; at++) {
    if (template[at] === "\n") line++;
    if (!template.startsWith("{{", at)) continue;
    const end = template.indexOf("}}", at);
    if (end < 0) return `template: :${line}: unclosed action`;
    line += template.slice(at, end).split("\n").length - 1;
    at = end + 1;
  }
  return undefined;
}
