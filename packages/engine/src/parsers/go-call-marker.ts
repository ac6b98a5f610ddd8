import type { Branch, Node } from "../go-template/index.js";

/**
 * What a Go template writes before a call, as Ollama derives it: the first text behind the first `if .ToolCalls`, up
 * to a curly bracket. Where only a `range .ToolCalls` stands there, Ollama finds nothing and shows calls as text; ours
 * takes the text behind that. A template that shows nothing of the kind has its calls begin with the bracket itself.
 */
export function goCallMarker(root: readonly Node[]): string {
  const branch = findCallBranch(root, "if") ?? findCallBranch(root, "range");
  const text = branch && firstText(branch.list);
  const marker = text?.replaceAll("\r\n", "\n").split("{")[0]?.trim();
  return marker || "{";
}

function findCallBranch(nodes: readonly Node[], type: "if" | "range"): Branch | undefined {
  for (const node of nodes) {
    if (!("list" in node)) continue;
    if (node.type === type && mentionsCalls(node)) return node;
    const inner = findCallBranch(node.list, type) ?? findCallBranch(node.otherwise ?? [], type);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function mentionsCalls({ pipeline }: Branch): boolean {
  return pipeline.commands.flat().some((operand) => operand.type === "field" && operand.path.includes("ToolCalls"));
}

/** The first text that is written whatever the values are: what an action writes may come before any other. */
function firstText(nodes: readonly Node[]): string | undefined {
  for (const node of nodes) {
    if (node.type === "text" && node.text.trim() !== "") return node.text;
    if (node.type === "action") return undefined;
    if ("list" in node) return firstText(node.list) ?? firstText(node.otherwise ?? []);
  }
  return undefined;
}
