import type { Node, Operand, ParsedTemplate, Pipeline } from "./syntax.js";

/**
 * The names of fields and variables that a template mentions, in lower case: from them a server derives what a template
 * can do. As in Ollama, what parentheses hold does not count where a field hangs on them.
 */
export function identifiersOf({ root, defined }: ParsedTemplate): Set<string> {
  const names = new Set<string>();
  const list = (nodes: readonly Node[]): void => nodes.forEach(node);
  const node = (part: Node): void => {
    if (part.type === "text" || part.type === "break" || part.type === "continue") return;
    if (part.pipeline !== undefined) for (const name of namesIn(part.pipeline)) names.add(name.toLowerCase());
    if ("list" in part) list([...part.list, ...(part.otherwise ?? [])]);
  };
  for (const nodes of [root, ...defined.values()]) list(nodes);
  return names;
}

function namesIn({ commands }: Pipeline): string[] {
  return commands.flat().flatMap((operand: Operand) => {
    if (operand.type === "field") return operand.path;
    if (operand.type === "variable") return [operand.name, ...operand.path];
    return operand.type === "pipeline" && operand.path.length === 0 ? namesIn(operand.pipeline) : [];
  });
}
