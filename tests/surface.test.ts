import { expect, it } from "vitest";
// @ts-expect-error: scripts have no declarations
import { whatBroke } from "../scripts/surface/compare-surfaces.js";
// @ts-expect-error: scripts have no declarations
import { readSurface } from "../scripts/surface/read-surface.js";

const report = (code: string): string => `## API Report\n\n\`\`\`ts\n${code}\n\`\`\`\n`;
const broke = (before: string, after: string): string[] =>
  whatBroke(readSurface(report(before)), readSurface(report(after)));

it.each([
  ["a function", "export function ask(prompt: string): string;", "", ["removed: ask"]],
  ["a re-exported name", "export { A }\nexport { B }", "export { A }", ["removed: B"]],
  ["a member", "export interface A { a: string; b?: number; }", "export interface A { a: string; }", ["removed: A.b"]],
  ["a class with its members, once", "export class A { run(): void; stop(): void; }", "", ["removed: A"]],
  [
    "a key of a constant",
    "export const A: { readonly b: { c: 1; d: 2; } };",
    "export const A: { readonly b: { c: 1; } };",
    ["removed: A.b.d"],
  ],
  [
    "an overload",
    "export function f(a: string): void;\nexport function f(a: number): void;",
    "export function f(a: string): void;",
    ["changed: f: export function f(a: number): void; → export function f(a: string): void;"],
  ],
  [
    "a parameter that is needed now",
    "export class A { run(a: string): void; }",
    "export class A { run(a: string, b: number): void; }",
    ["changed: A.run: run(a: string): void; → run(a: string, b: number): void;"],
  ],
  [
    "a parameter's type",
    "export function f(a: string | number): void;",
    "export function f(a: string): void;",
    ["changed: f: export function f(a: string | number): void; → export function f(a: string): void;"],
  ],
  ["a member of a union", 'export type A = "x" | "y";', 'export type A = "x";', ['changed: A: "x" | "y" → "x"']],
  ["a base class", "export class A extends Error {}", "export class A {}", ["removed: A Error"]],
])("tells that a change takes away %s", (_what, before, after, lines) => {
  expect(broke(before, after)).toEqual(lines);
});

it.each([
  ["a name", "export const a: 1;", "export const a: 1;\nexport const b: 2;"],
  [
    "a parameter that nobody has to give",
    "export function f(a: string): void;",
    "export function f(a: string, b?: number, ...rest: string[]): void;",
  ],
  [
    "a parameter of a method",
    "export class A { run(a: string): void; }",
    "export class A { run(a: string, b?: number): void; }",
  ],
  [
    "an overload",
    "export function f(a: string): void;",
    "export function f(a: number): void;\nexport function f(a: string): void;",
  ],
  [
    "members of unions",
    'export type A = "x";\nexport type B = "x" | "y";\nexport interface C { d?: 1 | 2; }',
    'export type A = "x";\nexport type B = "z" | "x" | "y";\nexport interface C { d?: 1 | 2 | 3; e?: 4; }',
  ],
  [
    "comments and another order",
    "// @public\nexport interface A { a: 1; b: 2; }",
    "// @public (undocumented)\nexport interface A {\n  // (undocumented)\n  b: 2;\n  a: 1;\n}",
  ],
])("lets a change add %s", (_what, before, after) => {
  expect(broke(before, after)).toEqual([]);
});
