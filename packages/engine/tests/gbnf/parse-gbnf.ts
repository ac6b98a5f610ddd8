/** A grammar's right-hand side, read from its text: independent of the code that writes grammars. */
export type GbnfNode =
  | { type: "character"; negated: boolean; ranges: [from: number, to: number][] }
  | { type: "rule"; name: string }
  | { type: "sequence"; parts: GbnfNode[] }
  | { type: "choice"; options: GbnfNode[] }
  | { type: "repeat"; inner: GbnfNode; min: number; max: number };

/** The rules of a grammar by name. */
export type Gbnf = ReadonlyMap<string, GbnfNode>;

/** Reads llama.cpp's GBNF, as far as its documentation describes it. @throws Error where the text is not GBNF */
export function parseGbnf(source: string): Gbnf {
  const rules = new Map<string, GbnfNode>();
  for (const line of source.split("\n").filter(Boolean)) {
    const [, name = "", body = ""] = /^([A-Za-z0-9-]+) ::= (.*)$/.exec(line) ?? [];
    if (!name) throw new Error(`not a rule: ${line}`);
    if (rules.has(name)) throw new Error(`two rules ${name}`);
    rules.set(name, new BodyParser(body).parse());
  }
  for (const node of rules.values()) checkReferences(node, rules);
  return rules;
}

function checkReferences(node: GbnfNode, rules: Gbnf): void {
  if (node.type === "rule" && !rules.has(node.name)) throw new Error(`no rule ${node.name}`);
  if (node.type === "repeat") checkReferences(node.inner, rules);
  if (node.type === "sequence") for (const part of node.parts) checkReferences(part, rules);
  if (node.type === "choice") for (const option of node.options) checkReferences(option, rules);
}

class BodyParser {
  private readonly characters: string[];
  private position = 0;

  constructor(source: string) {
    this.characters = [...source];
  }

  parse(): GbnfNode {
    const node = this.choice();
    if (this.position < this.characters.length)
      throw new Error(`unexpected ${this.peek()} in ${this.characters.join("")}`);
    return node;
  }

  private choice(): GbnfNode {
    const options = [this.sequence()];
    while (this.peek() === "|") {
      this.position++;
      options.push(this.sequence());
    }
    return options.length === 1 && options[0] ? options[0] : { type: "choice", options };
  }

  private sequence(): GbnfNode {
    const parts: GbnfNode[] = [];
    for (;;) {
      while (this.peek() === " ") this.position++;
      const next = this.peek();
      if (next === undefined || next === "|" || next === ")") break;
      parts.push(...this.item());
    }
    return { type: "sequence", parts };
  }

  private item(): GbnfNode[] {
    const nodes = this.atom();
    const bounds = this.bounds();
    if (!bounds) return nodes;
    const inner: GbnfNode = nodes.length === 1 && nodes[0] ? nodes[0] : { type: "sequence", parts: nodes };
    return [{ type: "repeat", inner, min: bounds[0], max: bounds[1] }];
  }

  private atom(): GbnfNode[] {
    const first = this.take();
    if (first === "(") {
      const inner = this.choice();
      if (this.take() !== ")") throw new Error("unclosed (");
      return [inner];
    }
    if (first === '"') return this.text();
    if (first === "[") return [this.characterClass()];
    let name = first;
    while (/[A-Za-z0-9-]/.test(this.peek() ?? "")) name += this.take();
    if (!/^[A-Za-z0-9-]+$/.test(name)) throw new Error(`unexpected ${name}`);
    return [{ type: "rule", name }];
  }

  private text(): GbnfNode[] {
    const parts: GbnfNode[] = [];
    while (this.peek() !== '"') {
      const code = this.character();
      parts.push({ type: "character", negated: false, ranges: [[code, code]] });
    }
    this.position++;
    return parts;
  }

  private characterClass(): GbnfNode {
    const negated = this.peek() === "^";
    if (negated) this.position++;
    const ranges: [number, number][] = [];
    while (this.peek() !== "]") {
      const from = this.character();
      const isRange = this.peek() === "-" && this.characters[this.position + 1] !== "]";
      if (isRange) this.position++;
      ranges.push([from, isRange ? this.character() : from]);
    }
    this.position++;
    return { type: "character", negated, ranges };
  }

  private character(): number {
    const first = this.take();
    if (first !== "\\") return first.codePointAt(0) ?? 0;
    const sign = this.take();
    const length = { x: 2, u: 4, U: 8 }[sign];
    if (length) {
      const digits = Array.from({ length }, () => this.take()).join("");
      if (!/^[0-9A-Fa-f]+$/.test(digits)) throw new Error(`bad escape ${digits}`);
      return Number.parseInt(digits, 16);
    }
    const plain = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\", "[": "[", "]": "]" }[sign];
    if (plain === undefined) throw new Error(`unknown escape \\${sign}`);
    return plain.codePointAt(0) ?? 0;
  }

  private bounds(): [number, number] | undefined {
    const sign = this.peek();
    const simple: Record<string, [number, number]> = {
      "*": [0, Number.POSITIVE_INFINITY],
      "+": [1, Number.POSITIVE_INFINITY],
      "?": [0, 1],
    };
    const known = simple[sign ?? ""];
    if (known) this.position++;
    if (known || sign !== "{") return known;
    const match = /^\{(\d+)(,(\d*))?\}/.exec(this.characters.slice(this.position, this.position + 20).join(""));
    if (!match) throw new Error("bad bounds");
    this.position += match[0].length;
    const min = Number(match[1]);
    return [min, match[2] === undefined ? min : match[3] ? Number(match[3]) : Number.POSITIVE_INFINITY];
  }

  private peek(): string | undefined {
    return this.characters[this.position];
  }

  private take(): string {
    const character = this.characters[this.position++];
    if (character === undefined) throw new Error("the grammar ends too early");
    return character;
  }
}
