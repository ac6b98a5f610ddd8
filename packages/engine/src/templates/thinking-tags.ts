import type { Node, Pipeline } from "../go-template/index.js";

/** What a template writes around a thought. */
export interface ThinkingTags {
  opening: string;
  closing: string;
}

/**
 * Infers from a Go template what stands around a thought, as Ollama does: inside a `range` over `.Messages`, the texts
 * at both ends of the list of nodes that mentions `.Thinking`; the last such place counts.
 */
export function inferThinkingTags(root: readonly Node[]): ThinkingTags {
  const tags: ThinkingTags = { opening: "", closing: "" };
  const visit = (nodes: readonly Node[], isInMessages: boolean): void => {
    for (const node of nodes) {
      if (isInMessages && "pipeline" in node && mentions(node.pipeline, "Thinking")) {
        const [first, last] = [nodes[0], nodes.at(-1)];
        if (first?.type === "text") tags.opening = first.text.trim();
        if (last?.type === "text") tags.closing = last.text.trim();
      }
      if (!("list" in node)) continue;
      const isInside = node.type === "range" ? mentions(node.pipeline, "Messages") : isInMessages;
      visit(node.list, isInside);
      visit(node.otherwise ?? [], isInside);
    }
  };
  visit(root, false);
  return tags;
}

function mentions(pipeline: Pipeline | undefined, field: string): boolean {
  return (pipeline?.commands ?? []).flat().some((operand) => {
    if (operand.type === "field") return operand.path[0] === field;
    if (operand.type === "variable") return operand.name === "$" && operand.path[0] === field;
    return operand.type === "pipeline" && mentions(operand.pipeline, field);
  });
}
