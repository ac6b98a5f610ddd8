import { choice, EMPTY, type Expression, NOTHING, repeat, sequence } from "../language/expression.js";

/**
 * Leaves out what can never come to an end: a rule that always needs itself, an alternative with an impossible part.
 * A model that went there would have no token left to choose.
 */
export function pruneRules(rules: ReadonlyMap<string, Expression>): Map<string, Expression> {
  const productive = productiveRules(rules);
  const pruned = new Map<string, Expression>();
  for (const [name, expression] of rules) {
    if (productive.has(name)) pruned.set(name, pruneExpression(expression, productive));
  }
  return pruned;
}

function productiveRules(rules: ReadonlyMap<string, Expression>): Set<string> {
  const productive = new Set<string>();
  // Rules mostly refer to later ones: backwards, one pass finds nearly all.
  const backwards = [...rules].reverse();
  for (let before = -1; before !== productive.size; ) {
    before = productive.size;
    for (const [name, expression] of backwards) {
      if (!productive.has(name) && isProductive(expression, productive)) productive.add(name);
    }
  }
  return productive;
}

function isProductive(expression: Expression, productive: ReadonlySet<string>): boolean {
  switch (expression.type) {
    case "text":
      return true;
    case "set":
      return expression.set.length > 0;
    case "sequence":
      return expression.parts.every((part) => isProductive(part, productive));
    case "choice":
      return expression.options.some((option) => isProductive(option, productive));
    case "repeat":
      return expression.min === 0 || isProductive(expression.inner, productive);
    case "rule":
      return productive.has(expression.name);
  }
}

function pruneExpression(expression: Expression, productive: ReadonlySet<string>): Expression {
  if (!isProductive(expression, productive)) return NOTHING;
  switch (expression.type) {
    case "sequence":
      return sequence(...expression.parts.map((part) => pruneExpression(part, productive)));
    case "choice":
      return choice(
        ...expression.options
          .filter((option) => isProductive(option, productive))
          .map((option) => pruneExpression(option, productive)),
      );
    case "repeat":
      return isProductive(expression.inner, productive)
        ? repeat(pruneExpression(expression.inner, productive), expression.min, expression.max)
        : EMPTY;
    default:
      return expression;
  }
}
