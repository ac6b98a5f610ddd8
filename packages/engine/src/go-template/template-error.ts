/** A template that can't be parsed or run. The message is in the words of Go's `text/template`, as far as that goes. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
}
