// An API report as a map from each public name and member to how it is written, so that two reports can be compared.
import ts from "typescript";

const printer = ts.createPrinter({ removeComments: true });

/** @returns `Map<"Name.member", string[]>`: the declarations of each, overloads one by one */
export function readSurface(report) {
  const code = report.split("```ts\n")[1]?.split("\n```")[0] ?? "";
  const source = ts.createSourceFile("surface.d.ts", code, ts.ScriptTarget.Latest, true);
  const surface = new Map();
  const add = (key, node) => {
    const text = printer.printNode(ts.EmitHint.Unspecified, node, source).replace(/\s+/g, " ");
    surface.set(key, [...(surface.get(key) ?? []), text]);
  };
  for (const statement of source.statements) addStatement(statement, add);
  return surface;
}

function addStatement(statement, add) {
  if (ts.isExportDeclaration(statement)) {
    for (const element of statement.exportClause?.elements ?? []) add(element.name.text, element);
  } else if (ts.isVariableStatement(statement)) {
    for (const { name, type } of statement.declarationList.declarations) addMembers(name.getText(), type, add);
  } else if (ts.isTypeAliasDeclaration(statement)) {
    addMembers(statement.name.text, statement.type, add);
  } else if (ts.isInterfaceDeclaration(statement) || ts.isClassDeclaration(statement)) {
    addHeritage(statement, add);
    for (const member of statement.members) addMember(statement.name.text, member, add);
  } else if (ts.isFunctionDeclaration(statement)) {
    add(statement.name.text, statement);
  }
}

/** What a class or an interface is, beside its members. */
function addHeritage(statement, add) {
  for (const clause of statement.heritageClauses ?? [])
    for (const type of clause.types) add(`${statement.name.text} ${type.getText()}`, type);
  add(statement.name.text, ts.factory.createIdentifier("declared"));
}

/** An object type is its members; every other type is one text. */
function addMembers(key, type, add) {
  if (type !== undefined && ts.isTypeLiteralNode(type)) {
    add(key, ts.factory.createIdentifier("declared"));
    for (const member of type.members) addMember(key, member, add);
  } else {
    add(key, type ?? ts.factory.createIdentifier("declared"));
  }
}

function addMember(owner, member, add) {
  const key = `${owner}.${member.name?.getText() ?? ts.SyntaxKind[member.kind]}`;
  if (
    (ts.isPropertySignature(member) || ts.isPropertyDeclaration(member)) &&
    member.type &&
    ts.isTypeLiteralNode(member.type)
  ) {
    add(key, ts.factory.createIdentifier(member.questionToken ? "optional" : "declared"));
    for (const inner of member.type.members) addMember(key, inner, add);
  } else {
    add(key, member);
  }
}
