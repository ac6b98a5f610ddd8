import { choice, EMPTY, type Expression, repeat, sequence, text } from "../language/expression.js";

/** What is still to come after an expression: a linked list, shared between the ways to read a text. */
interface Frame {
  readonly head: Expression;
  readonly rest: Frame | null;
}

type Rules = ReadonlyMap<string, Expression>;

/**
 * What may follow a text that was written by a grammar's rules, as an expression over the same rules; nothing when the
 * rules don't begin with this text. It keeps all ways of reading the text at once, as llama.cpp does.
 */
export function restAfter(rules: Rules, written: string): Expression | undefined {
  const follower = new TextFollower(rules);
  for (const character of written) {
    if (!follower.advance(character.codePointAt(0) ?? 0)) return undefined;
  }
  return follower.rest();
}

class TextFollower {
  private readonly frames = new Map<Expression, Map<Frame | null, Frame>>();
  private readonly shortened = new Map<string, Expression>();
  private readonly ids = new Map<Expression, number>();
  private waiting: ReadonlySet<Frame | null>;

  constructor(private readonly rules: Rules) {
    this.waiting = this.expand([this.frame({ type: "rule", name: "root" }, null)]);
  }

  /** Follows one more character; `false` when the rules don't have it there. */
  advance(code: number): boolean {
    const next: (Frame | null)[] = [];
    for (const frame of this.waiting) {
      if (frame?.head.type === "set" && frame.head.set.some(([from, to]) => code >= from && code <= to)) {
        next.push(frame.rest);
      }
      if (frame?.head.type === "text" && frame.head.text.codePointAt(0) === code) {
        const left = frame.head.text.slice(String.fromCodePoint(code).length);
        next.push(
          left === ""
            ? frame.rest
            : this.frame(
                this.once(`text ${left}`, () => text(left)),
                frame.rest,
              ),
        );
      }
    }
    this.waiting = this.expand(next);
    return this.waiting.size > 0;
  }

  rest(): Expression {
    return choice(
      ...[...this.waiting].map((frame) => {
        const parts: Expression[] = [];
        for (let at = frame; at; at = at.rest) parts.push(at.head);
        return parts.length === 0 ? EMPTY : sequence(...parts);
      }),
    );
  }

  /** Takes apart what stands first until it is a character, or nothing is left. */
  private expand(start: readonly (Frame | null)[]): Set<Frame | null> {
    const seen = new Set(start);
    const ready = new Set<Frame | null>();
    const queue = [...start];
    for (let frame = queue.pop(); frame !== undefined; frame = queue.pop()) {
      const next = frame && this.open(frame);
      if (!next) ready.add(frame);
      for (const inner of next ?? []) {
        if (seen.has(inner)) continue;
        seen.add(inner);
        queue.push(inner);
      }
    }
    return ready;
  }

  private open({ head, rest }: Frame): (Frame | null)[] | undefined {
    switch (head.type) {
      case "text":
      case "set":
        return undefined;
      case "rule":
        return [this.frame(this.rules.get(head.name) ?? EMPTY, rest)];
      case "sequence":
        return [head.parts.reduceRight<Frame | null>((after, part) => this.frame(part, after), rest)];
      case "choice":
        return head.options.map((option) => this.frame(option, rest));
      case "repeat": {
        const { inner, min, max } = head;
        const further = this.once(`repeat ${this.idOf(inner)} ${min} ${max}`, () =>
          repeat(inner, Math.max(0, min - 1), max - 1),
        );
        const again = this.frame(inner, this.frame(further, rest));
        return min === 0 ? [again, rest] : [again];
      }
    }
  }

  /** The one frame with these parts, so that frames can be compared by identity. */
  private frame(head: Expression, rest: Frame | null): Frame {
    const byRest = this.frames.get(head) ?? new Map<Frame | null, Frame>();
    this.frames.set(head, byRest);
    const frame = byRest.get(rest) ?? { head, rest };
    byRest.set(rest, frame);
    return frame;
  }

  private once(key: string, make: () => Expression): Expression {
    const expression = this.shortened.get(key) ?? make();
    this.shortened.set(key, expression);
    return expression;
  }

  private idOf(expression: Expression): number {
    const id = this.ids.get(expression) ?? this.ids.size;
    this.ids.set(expression, id);
    return id;
  }
}
