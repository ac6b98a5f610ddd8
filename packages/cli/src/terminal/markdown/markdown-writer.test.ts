import fc from "fast-check";
import { expect, it } from "vitest";
import { createStyle } from "../style.js";
import { textWidth } from "../text-layout.js";
import { MarkdownWriter } from "./markdown-writer.js";

const SOURCE = `# The sky

The sky is **blue** because of *Rayleigh* scattering, see [the page](https://example.com/sky) or \`light.js\` for a_b_c and 5*3 = 15 \\(x^2\\).
A second line.

1. First, with a text that is long enough to be broken at the edge
   of it.
2. Second
   - nested **item**
   - another

- [x] done
- [ ] open

\`\`\`js
const a = 1;

  if (a) { return "a line of code that is longer than the terminal is wide, and stays whole" }
\`\`\`

> quoted text that goes on for longer than a line has room

| Name | Size |
|------|-----:|
| a    | 1 |
| \`bb\` | 22 |

A heading
---------
Last 世界は広い。空はなぜ青いのですか。それは光の散乱によるものです words.
`;

function write(source: string, cuts: readonly number[], { width = 40, hasColor = false } = {}): string[] {
  const writer = new MarkdownWriter(() => ({ width, hasColor, style: createStyle(hasColor) }));
  const points = [0, ...cuts.map((cut) => Math.min(cut, source.length)).sort((a, b) => a - b), source.length];
  const pieces = points.slice(1).map((end, index) => writer.push(source.slice(points[index] ?? 0, end)));
  return [...pieces, writer.end()];
}

const everyCharacter = Array.from({ length: SOURCE.length }, (_, index) => index);

it("lays Markdown out within the width", () => {
  const shown = write(SOURCE, [], { hasColor: true }).join("");
  expect(shown.replaceAll("\u001b", "^")).toMatchInlineSnapshot(`
    "^[1mThe^[22m ^[1msky^[22m

    The sky is ^[1mblue^[22m because of ^[3mRayleigh^[23m
    scattering, see the page
    ^[2m(https://example.com/sky)^[22m or ^[36mlight.js^[39m
    for a_b_c and 5*3 = 15 \\(x^2\\).
    A second line.

    1. First, with a text that is long
       enough to be broken at the edge
       of it.
    2. Second
       • nested ^[1mitem^[22m
       • another

    • [x] done
    • [ ] open

    ^[2m\`\`\`js^[22m
    ^[36mconst a = 1;^[39m

    ^[36m  if (a) { return "a line of code that is longer than the terminal is wide, and stays whole" }^[39m
    ^[2m\`\`\`^[22m

    ^[2m│ ^[22mquoted text that goes on for longer
    ^[2m│ ^[22mthan a line has room

    ^[1mName  Size^[22m
    ^[2m────  ────^[22m
    a        1
    ^[36mbb^[39m      22

    ^[1mA^[22m ^[1mheading^[22m
    Last 世界は広い。空はなぜ青いのですか。
    それは光の散乱によるものです words."
  `);
  for (const line of shown.split("\n")) {
    if (!line.includes("return")) expect(textWidth(line), line).toBeLessThanOrEqual(40);
  }
});

it("keeps the marks where there is no colour", () => {
  expect(write(SOURCE, []).join("")).toMatchInlineSnapshot(`
    "# The sky

    The sky is **blue** because of
    *Rayleigh* scattering, see [the
    page](https://example.com/sky) or
    \`light.js\` for a_b_c and 5*3 = 15
    \\(x^2\\).
    A second line.

    1. First, with a text that is long
       enough to be broken at the edge
       of it.
    2. Second
       • nested **item**
       • another

    • [x] done
    • [ ] open

    \`\`\`js
    const a = 1;

      if (a) { return "a line of code that is longer than the terminal is wide, and stays whole" }
    \`\`\`

    │ quoted text that goes on for longer
    │ than a line has room

    Name  Size
    ────  ────
    a        1
    \`bb\`    22

    ## A heading
    Last 世界は広い。空はなぜ青いのですか。
    それは光の散乱によるものです words."
  `);
});

it("shows the same however the text is cut into pieces", () => {
  const heading = SOURCE.replace("A heading\n---------\n", "");
  for (const hasColor of [true, false]) {
    const whole = write(heading, [], { hasColor }).join("");
    expect(write(heading, everyCharacter, { hasColor }).join("")).toBe(whole);
    fc.assert(
      fc.property(fc.array(fc.nat(heading.length)), (cuts) => {
        expect(write(heading, cuts, { hasColor }).join("")).toBe(whole);
      }),
      { numRuns: 30 },
    );
  }
});

it("shows words as they come, and holds back only what may change", () => {
  const words = (source: string) =>
    write(
      source,
      Array.from(source, (_, index) => index + 1),
    );
  const seen = (source: string) => {
    const pieces = words(source);
    return Array.from(source, (_, index) => pieces.slice(0, index + 1).join(""));
  };
  const text = "One two three";
  expect(seen(text)[4]).toBe("One");
  expect(seen(text)[8]).toBe("One two");
  const bold = "One **two three** four ";
  expect(seen(bold)[bold.indexOf("three")]).toBe("One");
  expect(seen(bold).at(-1)).toBe("One **two three** four");
  const list = "- one two\n- three four ";
  expect(seen(list)[list.indexOf("\n")]).toBe("• one two");
  expect(seen(list).at(-1)).toBe("• one two\n• three four");
  const code = "```\nfirst\nsecond\n";
  expect(seen(code)[code.indexOf("second")]).toBe("```\nfirst");
});

it("loses nothing of any text", () => {
  const piece = fc.constantFrom(
    "a",
    "b ",
    "\n",
    "\n\n",
    "- ",
    "* ",
    "**",
    "*",
    "`",
    "```\n",
    "> ",
    "# ",
    "1. ",
    "|",
    "[",
    "](x)",
    "<b>",
    "_",
    "~~",
    "世",
    "\\",
    "---\n",
    "    ",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const source = pieces.join("");
      const cuts = pieces.map((_, index) => pieces.slice(0, index).join("").length);
      const letters = (text: string) => text.replace(/[^ab世]/g, "");
      expect(letters(write(source, cuts).join(""))).toBe(letters(source.replaceAll("](x)", "").replaceAll("<b>", "b")));
    }),
    { numRuns: 500 },
  );
});
