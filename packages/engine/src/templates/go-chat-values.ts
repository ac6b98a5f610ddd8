import { printAsJson, Struct, toJson, toValue, type Value } from "../go-template/index.js";
import type { TemplateMessage } from "./chat-template.js";

/*
 * What Ollama puts into a Go template: its own types, field by field, so that a template sees the same names and
 * prints the same text. What a request has beyond these fields does not reach a template.
 */

/** The messages of a conversation. */
export function toGoMessages(messages: readonly TemplateMessage[]): Value[] {
  return messages.map(
    ({ role, content, thinking = "", toolCalls = [], toolName = "", toolCallId = "" }) =>
      new Struct("*template.templateMessage", [
        { name: "Role", value: role },
        { name: "Content", value: content },
        { name: "Thinking", value: thinking },
        { name: "Images", value: [] },
        { name: "ToolCalls", value: toolCalls.map(toGoToolCall) },
        { name: "ToolName", value: toolName },
        { name: "ToolCallID", value: toolCallId },
      ]),
  );
}

function toGoToolCall(call: NonNullable<TemplateMessage["toolCalls"]>[number], at: number): Value {
  return new Struct("template.templateToolCall", [
    { name: "ID", value: call.id ?? "" },
    {
      name: "Function",
      value: new Struct("template.templateToolCallFunction", [
        { name: "Index", value: at },
        { name: "Name", value: call.name },
        { name: "Arguments", value: printAsJson(toValue(call.arguments) as Map<string, Value>) },
      ]),
    },
  ]);
}

/** Tool definitions; nothing where there are none. */
export function toGoTools(tools: readonly unknown[] | undefined): Value {
  if (tools === undefined) return undefined;
  return printAsJson(tools.map((tool) => toGoTool(fieldsOf(tool))));
}

type Fields = Readonly<Record<string, unknown>>;

function toGoTool({ type, items, function: definition }: Fields): Value {
  const { name, description, parameters } = fieldsOf(definition);
  const body = new Struct("template.templateToolFunction", [
    { name: "Name", json: "name", value: text(name) },
    { name: "Description", json: "description", value: text(description) },
    { name: "Parameters", json: "parameters", value: toGoParameters(fieldsOf(parameters)) },
  ]);
  return new Struct(
    "template.templateTool",
    [
      { name: "Type", json: "type", value: text(type) },
      { name: "Items", json: "items", omitsEmpty: true, value: toValue(items) },
      { name: "Function", json: "function", value: body },
    ],
    toJson,
  );
}

function toGoParameters({ type, $defs, items, required, properties }: Fields): Value {
  return new Struct("template.templateToolFunctionParameters", [
    { name: "Type", json: "type", value: text(type) },
    { name: "Defs", json: "$defs", omitsEmpty: true, value: toValue($defs) },
    { name: "Items", json: "items", omitsEmpty: true, value: toValue(items) },
    { name: "Required", json: "required", omitsEmpty: true, value: texts(required) },
    { name: "Properties", json: "properties", value: toGoProperties(properties) },
  ]);
}

function toGoProperties(properties: unknown): Value {
  if (properties === undefined || properties === null) return undefined;
  const entries = Object.entries(fieldsOf(properties)).map(
    ([name, property]) => [name, toGoProperty(fieldsOf(property))] as const,
  );
  return printAsJson(new Map<string, Value>(entries));
}

function toGoProperty({ anyOf, type, items, description, enum: values, properties, required }: Fields): Value {
  const types = Array.isArray(type) ? texts(type) : type === undefined ? [] : [text(type)];
  const variants = Array.isArray(anyOf) ? anyOf.map((variant) => toGoProperty(fieldsOf(variant))) : [];
  return new Struct("api.ToolProperty", [
    { name: "AnyOf", json: "anyOf", omitsEmpty: true, value: variants },
    { name: "Type", json: "type", omitsEmpty: true, value: types.length === 1 ? types[0] : types },
    { name: "Items", json: "items", omitsEmpty: true, value: toValue(items) },
    { name: "Description", json: "description", omitsEmpty: true, value: text(description) },
    { name: "Enum", json: "enum", omitsEmpty: true, value: Array.isArray(values) ? values.map(toValue) : [] },
    { name: "Properties", json: "properties", omitsEmpty: true, value: toGoProperties(properties) },
    { name: "Required", json: "required", omitsEmpty: true, value: texts(required) },
  ]);
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function texts(values: unknown): string[] {
  return Array.isArray(values) ? values.map(text) : [];
}
