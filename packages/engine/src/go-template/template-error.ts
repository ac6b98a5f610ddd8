/** What else is known of a fault. */
export interface TemplateFault {
  /** The line of the template that it is on. */
  line?: number | undefined;
  /** Whether other messages or tools could make it go away, such as an index that is out of range. */
  isOfData?: boolean;
}

/**
 * A template that can't be parsed or run. The message is in the words of Go's `text/template`, as far as that goes, with
 * the line in front.
 */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
  readonly line: number | undefined;
  readonly isOfData: boolean;

  constructor(message: string, { line, isOfData = false }: TemplateFault = {}) {
    super(line === undefined ? message : `template: :${line}: ${message}`);
    this.line = line;
    this.isOfData = isOfData;
  }

  /** The same fault with its line, unless that is known. */
  on(line: number | undefined): TemplateError {
    return this.line === undefined ? new TemplateError(this.message, { line, isOfData: this.isOfData }) : this;
  }
}
