export { executeTemplate } from "./execute-template.js";
export { BUILTIN_FUNCTIONS, LAZY_FUNCTIONS, type TemplateFunction } from "./functions.js";
export { identifiersOf } from "./identifiers.js";
export { parseTemplate } from "./parse-template.js";
export type { Branch, Node, ParsedTemplate, Pipeline } from "./syntax.js";
export { TemplateError } from "./template-error.js";
export { printAsJson, Struct, toJson, toValue, type Value } from "./values.js";
