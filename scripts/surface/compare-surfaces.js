// What a newer surface takes away from an older one.
import ts from "typescript";

/** @returns one line for each name that is gone, or that is no longer written so that all old uses fit */
export function whatBroke(before, after) {
  const lines = [];
  for (const [key, olds] of before) {
    // A name that is gone takes its members along; one line says it.
    if ([...before.keys()].some((other) => key.startsWith(`${other}.`) && !after.has(other))) continue;
    const news = after.get(key);
    if (news === undefined) {
      lines.push(`removed: ${key}`);
      continue;
    }
    for (const old of olds)
      if (!news.some((now) => now === old || takesAllOf(old, now) || isOneMoreOf(old, now)))
        lines.push(`changed: ${key}: ${shortened(old)} → ${shortened(news.join(" | "))}`);
  }
  return lines;
}

const shortened = (text) => (text.length > 160 ? `${text.slice(0, 160)}…` : text);

/** Whether whoever called the old signature may call the new one: more parameters, if nobody has to give them. */
function takesAllOf(old, now) {
  const [before, after] = [old, now].map(signature);
  if (before === undefined || after === undefined || before.rest !== after.rest) return false;
  return (
    before.parameters.every((text, at) => after.parameters[at]?.text === text.text) &&
    after.parameters.slice(before.parameters.length).every(({ optional }) => optional)
  );
}

function signature(text) {
  const source = ts.createSourceFile("signature.d.ts", text, ts.ScriptTarget.Latest, true);
  let found = source.statements.find(ts.isFunctionDeclaration);
  if (found === undefined) {
    const [holder] = ts.createSourceFile(
      "member.d.ts",
      `declare class Holder { ${text} }`,
      ts.ScriptTarget.Latest,
      true,
    ).statements;
    found = holder?.members?.find((member) => ts.isMethodDeclaration(member) || ts.isConstructorDeclaration(member));
  }
  if (found === undefined) return undefined;
  return {
    // Everything but the parameters: the name, type parameters and what it gives.
    rest: [found.name, ...(found.typeParameters ?? []), found.type].map((node) => node?.getText()).join(" "),
    parameters: found.parameters.map((parameter) => ({
      text: parameter.getText(),
      optional: parameter.questionToken !== undefined || parameter.dotDotDotToken !== undefined,
    })),
  };
}

/** Whether a union got more members: a new error code, a new kind of event. */
function isOneMoreOf(old, now) {
  const [before, after] = [old, now].map(union);
  return (
    before !== undefined &&
    after !== undefined &&
    before.rest === after.rest &&
    before.members.every((member) => after.members.includes(member))
  );
}

function union(text) {
  const [alias] = ts.createSourceFile("alias.d.ts", `type Alias = ${text}`, ts.ScriptTarget.Latest, true).statements;
  const [holder] = ts.createSourceFile(
    "member.d.ts",
    `interface Holder { ${text} }`,
    ts.ScriptTarget.Latest,
    true,
  ).statements;
  const property =
    holder?.members?.length === 1 && ts.isPropertySignature(holder.members[0]) ? holder.members[0] : undefined;
  const type = property?.type ?? (alias !== undefined && ts.isTypeAliasDeclaration(alias) ? alias.type : undefined);
  if (type === undefined || !ts.isUnionTypeNode(type)) return undefined;
  const rest = property === undefined ? "" : text.slice(0, text.indexOf(":"));
  return { rest, members: type.types.map((member) => member.getText()) };
}
