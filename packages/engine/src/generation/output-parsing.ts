import type { LocalModel } from "../models/local-model.js";
import { type OutputParser, PlainParser } from "../parsers/output-parser.js";
import type { ChatTemplate } from "../templates/chat-template.js";

/** What decides how a generation's output is read. */
export interface ParsingRequest {
  model: LocalModel;
  template: ChatTemplate | undefined;
  /** Whether the model was asked to think. */
  think: boolean;
  tools: unknown[];
}

/** The parser for one generation. */
export function createOutputParser(_request: ParsingRequest): OutputParser {
  return new PlainParser();
}
