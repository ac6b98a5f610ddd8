import { describe, expect, it } from "vitest";
import { BoundedJinja } from "./bounded-jinja.js";

/** Time stands still, so that a busy machine is not taken for a long template. */
const bounded = (source: string): BoundedJinja => new BoundedJinja(source, () => 0);

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

  it("can't take longer than three seconds, however few its steps", () => {
    const source = "{% for i in range(4) %}{{ i }}{% endfor %}";
    let atMs = 0;
    // The clock is looked at before each step.
    const every = (stepMs: number) => new BoundedJinja(source, () => (atMs += stepMs));
    expect(every(1).render({})).toBe("0123");
    expect(() => every(1_000).render({})).toThrow("too many steps");
  });

  it("can't ask for a list that fills the memory", () => {
    expect(() => bounded("{{ range(1000000000) | length }}").render({})).toThrow("too long");
    expect(() => bounded("{{ range(0, 10, 0) | length }}").render({})).toThrow("too long");
  });

  it("can't double a text until the memory is full", () => {
    const doubling = "{% set ns = namespace(t='x') %}{% for i in range(60) %}{% set ns.t = ns.t + ns.t %}{% endfor %}";
    expect(() => bounded(doubling).render({})).toThrow("too long a text");
  });

  it.each([
    ["by adding it to itself", "ns.l + ns.l"],
    ["by putting it into a list twice, which takes no memory until it is written", "[ns.l, ns.l]"],
    ["in a mapping", "{'a': ns.l, 'b': ns.l}"],
  ])("can't double a list until the memory is full: %s", (_, twice) => {
    const doubling = `{% set ns = namespace(l=['x']) %}{% for i in range(40) %}{% set ns.l = ${twice} %}{% endfor %}`;
    for (const use of ["{{ ns.l | tojson }}", "{{ ns.l }}", "{{ ns.l | length }}"]) {
      expect(() => bounded(doubling + use).render({})).toThrow("too long a list");
    }
  });

  it("can't put a list into itself, or make it long behind the back of those who weigh", () => {
    const twice = "{% set l = ['x'] %}{% set m = [l, l] %}";
    const growing = `${twice}{% for i in range(20) %}{% set _ = l.append(m | string) %}{% endfor %}`;
    for (const source of [`${twice}{% set _ = l.append(m) %}{{ m | tojson }}`, `${growing}{{ m | tojson }}`]) {
      expect(() => bounded(source).render({})).toThrow("too long a");
    }
  });

  it("can't keep many long texts", () => {
    const keeping = `{% set ns = namespace(l=[], t='') %}{% set ns.t = 'xyzw' %}${"{% set ns.t = ns.t + ns.t %}".repeat(20)}
      {%- for i in range(1000) %}{% set ns.l = ns.l + [ns.t | upper] %}{% endfor %}`;
    expect(() => bounded(keeping).render({})).toThrow("makes too");
  });

  it("may build a list of a thousand long messages, one by one", () => {
    const building =
      "{% set ns = namespace(l=[]) %}{% for m in messages %}{% set ns.l = ns.l + [m] %}{% endfor %}{{ ns.l | length }}";
    const messages = Array.from({ length: 1000 }, () => ({ role: "user", content: "word ".repeat(1000) }));
    expect(bounded(building).render({ messages })).toBe("1000");
  });

  it("says what it refuses", () => {
    const template = new BoundedJinja("{{ raise_exception('roles must alternate') }}");
    expect(() => template.render({})).toThrow("roles must alternate");
  });

  it.each([
    ["a loop over nothing", "{% for x in nothing %}{{ x }}{% else %}none{% endfor %}", "none"],
    ["a sum with nothing", "{{ 'a' + nothing + 'b' ~ nothing }}", "ab"],
    ["a list of tuples", "{% for a, b in [('x', 1), ('y', 2)] %}{{ a }}{{ b }}{% endfor %}", "x1y2"],
    [
      "a mapping as Python writes it",
      "{{ {'a': [1, true, none, \"it's\"]} | string }}",
      "{'a': [1, True, None, \"it's\"]}",
    ],
    ["a list in a text", "{{ ['a', 1.5] }} {{ 'x' ~ ['b'] }}", "['a', 1.5] x['b']"],
    ["the smallest and the largest", "{{ [3, 1, 2] | min }}{{ [3, 1, 2] | max }}", "13"],
    [
      "items that pass a test, or don't",
      "{{ ['a', 'b'] | reject('in', ['a']) | join }}{{ [1, 'c'] | select('string') | join }}",
      "bc",
    ],
    ["nothing, trimmed", "[{{ nothing | trim }}]", "[]"],
    ["a format", "{{ '<{}|{}>'.format('a', 2) }}", "<a|2>"],
    [
      "a list that loses its first",
      "{% set l = [1, 2] %}{% set _ = l.append(3) %}{{ l.pop(0) }}{{ l.pop() }}{{ l | length }}",
      "131",
    ],
  ])("may use what Python's templates may: %s", (_, source, text) => {
    expect(bounded(source).render({})).toBe(text);
  });
});
