import { describe, expect, it } from "vitest";
import { BoundedJinja } from "./bounded-jinja.js";

describe("a chat template of a stranger", () => {
  it("is rendered", () => {
    const template = new BoundedJinja("{% for m in messages %}[{{ m.role }}] {{ m.content }}{% endfor %}");
    expect(template.render({ messages: [{ role: "user", content: "Hi" }] })).toBe("[user] Hi");
  });

  it("can't keep the server busy for ever", () => {
    const loop = "{% for a in r %}".repeat(6) + "{% endfor %}".repeat(6);
    const template = new BoundedJinja(`{% set r = range(1000) %}${loop}`);
    expect(() => template.render({})).toThrow("too many steps");
  });

  it("can't ask for a list that fills the memory", () => {
    expect(() => new BoundedJinja("{{ range(1000000000) | length }}").render({})).toThrow("too long");
    expect(() => new BoundedJinja("{{ range(0, 10, 0) | length }}").render({})).toThrow("too long");
  });

  it("can't double a text until the memory is full", () => {
    const doubling = "{% set ns = namespace(t='x') %}{% for i in range(60) %}{% set ns.t = ns.t + ns.t %}{% endfor %}";
    expect(() => new BoundedJinja(doubling).render({})).toThrow("too long a text");
  });

  it("says what it refuses", () => {
    const template = new BoundedJinja("{{ raise_exception('roles must alternate') }}");
    expect(() => template.render({})).toThrow("roles must alternate");
  });

  it("may ask for the date", () => {
    expect(new BoundedJinja("{{ strftime_now('%Y') }}").render({})).toBe(String(new Date().getFullYear()));
  });
});
