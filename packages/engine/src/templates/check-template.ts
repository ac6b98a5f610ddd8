import { TemplateError } from "../go-template/index.js";
import { ApiError } from "../http/api-error.js";
import { parsedGoTemplate } from "./parsed-go-templates.js";

/** Refuses a Go template that can't be parsed, before a model is made with it. @throws ApiError (400) */
export function checkTemplate(template: string): void {
  const fault = templateFault(template);
  if (fault !== undefined) throw new ApiError(400, `template error: ${fault}`);
}

/** What Go says of a template that is not well formed; `undefined` when it is. */
export function templateFault(template: string): string | undefined {
  try {
    parsedGoTemplate(template);
    return undefined;
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
}
