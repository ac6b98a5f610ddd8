import type { CodePoints } from "../language/code-points.js";
import type { Expression } from "../language/expression.js";

/** The text of a grammar in llama.cpp's GBNF, with the rules that `root` reaches. */
export function renderGbnf(rules: ReadonlyMap<string, Expression>): string {
  const lines: string[] = [];
  const asked = new Set(["root"]);
  for (const name of asked) {
    const expression = rules.get(name);
    if (!expression) throw new TypeError(`The grammar has no rule ${name}.`);
    collectRules(expression, asked);
    lines.push(`${name} ::= ${render(expression, "rule")}`);
  }
  return `${lines.join("\n")}\n`;
}

function collectRules(expression: Expression, names: Set<string>): void {
  if (expression.type === "rule") names.add(expression.name);
  else if (expression.type === "repeat") collectRules(expression.inner, names);
  else if (expression.type === "sequence") for (const part of expression.parts) collectRules(part, names);
  else if (expression.type === "choice") for (const option of expression.options) collectRules(option, names);
}

/** Where an expression stands decides whether it needs parentheses. */
type Place = "rule" | "sequence" | "repeat";

function render(expression: Expression, place: Place): string {
  switch (expression.type) {
    case "text":
      return renderText(expression.text);
    case "set":
      return renderSet(expression.set);
    case "rule":
      return expression.name;
    case "repeat":
      return `${render(expression.inner, "repeat")}${renderBounds(expression.min, expression.max)}`;
    case "sequence": {
      const parts = joinTexts(expression.parts).map((part) => render(part, "sequence"));
      if (parts.length === 0) return '""';
      return place === "repeat" && parts.length > 1 ? `(${parts.join(" ")})` : parts.join(" ");
    }
    case "choice": {
      const options = expression.options.map((option) => render(option, "rule"));
      if (options.length === 0) throw new TypeError("A grammar can't say that nothing is allowed.");
      return place === "rule" || options.length === 1 ? options.join(" | ") : `(${options.join(" | ")})`;
    }
  }
}

/** Neighbouring texts and single characters become one text, which is easier to read. */
function joinTexts(parts: readonly Expression[]): Expression[] {
  const joined: Expression[] = [];
  for (const part of parts) {
    const text = fixedText(part);
    const last = joined.at(-1);
    if (text !== undefined && last?.type === "text") joined.splice(-1, 1, { type: "text", text: last.text + text });
    else joined.push(text === undefined ? part : { type: "text", text });
  }
  return joined;
}

function fixedText(expression: Expression): string | undefined {
  if (expression.type === "text") return expression.text;
  if (expression.type !== "set") return undefined;
  const [range, more] = expression.set;
  return range && !more && range[0] === range[1] ? String.fromCodePoint(range[0]) : undefined;
}

function renderBounds(min: number, max: number): string {
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? "*" : min === 1 ? "+" : `{${min},}`;
  if (min === 0 && max === 1) return "?";
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

function renderText(text: string): string {
  const escaped = [...text].map((character) =>
    character === '"' || character === "\\" ? `\\${character}` : printable(character.codePointAt(0) ?? 0),
  );
  return `"${escaped.join("")}"`;
}

function renderSet(set: CodePoints): string {
  const single = set.length === 1 && set[0]?.[0] === set[0]?.[1] ? set[0]?.[0] : undefined;
  if (single !== undefined) return renderText(String.fromCodePoint(single));
  const ranges = set.map(([from, to]) => {
    if (from === to) return classCharacter(from);
    return to === from + 1
      ? classCharacter(from) + classCharacter(to)
      : `${classCharacter(from)}-${classCharacter(to)}`;
  });
  return `[${ranges.join("")}]`;
}

function classCharacter(code: number): string {
  const character = String.fromCodePoint(code);
  // A hyphen or a caret has a meaning of its own in a class, and GBNF knows no escape for it but the number.
  if (character === "-" || character === "^") return hexadecimal(code);
  return character === "]" || character === "[" || character === "\\" ? `\\${character}` : printable(code);
}

/** ASCII, letters and symbols as they are, the rest as a number. */
function printable(code: number): string {
  if (code === 0x0a) return "\\n";
  const character = String.fromCodePoint(code);
  const shown = (code >= 0x20 && code < 0x7f) || (code > 0xa0 && /[\p{L}\p{N}\p{S}]/u.test(character));
  return shown ? character : hexadecimal(code);
}

function hexadecimal(code: number): string {
  const digits = code.toString(16).toUpperCase();
  if (digits.length <= 2) return `\\x${digits.padStart(2, "0")}`;
  return digits.length <= 4 ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`;
}
