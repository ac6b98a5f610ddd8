/** The page's style, light and dark. Series colours are Okabe and Ito's, which colour-blind readers can distinguish. */
export const STYLE: string = `
:root { color-scheme: light dark; --back: #fff; --text: #1b1b1f; --faint: #62626c; --line: #dcdce2; --soft: #f4f4f7;
  --good: #00795a; --bad: #b3261e; --unsure: #8a6100;
  --s0: #0072b2; --s1: #d55e00; --s2: #009e73; --s3: #b0609a; --s4: #a07800; --s5: #3a8fc4; --s6: #7a4f9a; --s7: #555; }
@media (prefers-color-scheme: dark) { :root { --back: #16171b; --text: #e9e9ee; --faint: #a0a0ac; --line: #34353d; --soft: #1f2026;
  --good: #4fd1a5; --bad: #ff8a80; --unsure: #f0c060;
  --s0: #56b4e9; --s1: #ff9e4a; --s2: #3fd0a4; --s3: #e79ac9; --s4: #f0e442; --s5: #8fd0ff; --s6: #c7a0ee; --s7: #bbb; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; } h3 { font-size: 1rem; margin: 0 0 .5rem; } h4 { font-size: .85rem; margin: 0 0 .25rem; color: var(--faint); }
.faint { color: var(--faint); fill: var(--faint); }
.verdicts { list-style: none; padding: 0; } .verdicts li { padding: .5rem .75rem; margin: .4rem 0; border-left: 4px solid var(--line); background: var(--soft); font-size: 1.05rem; }
.verdicts .better { border-color: var(--good); } .verdicts .worse { border-color: var(--bad); } .verdicts .inconclusive { border-color: var(--unsure); } .verdicts .same { border-color: var(--s0); }
.grid-of-figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1.5rem; }
figure { margin: 0; padding: 1rem; border: 1px solid var(--line); border-radius: 6px; min-width: 0; }
figure svg { width: 100%; max-width: 44rem; height: auto; display: block; } figcaption { color: var(--faint); font-size: .85rem; margin-top: .25rem; }
.grid { stroke: var(--line); } .zero { stroke: var(--text); } .tick, .axis, .label { font: 11px system-ui, sans-serif; fill: var(--faint); } .label { fill: var(--text); }
.line { fill: none; stroke-width: 2; } .whisker { stroke-width: 2.5; } .dot { stroke: var(--back); }
${[0, 1, 2, 3, 4, 5, 6, 7].map((n) => `.line.s${n}, .whisker.s${n} { stroke: var(--s${n}); } .dot.s${n}, .bar.s${n} { fill: var(--s${n}); } .swatch.s${n} { background: var(--s${n}); }`).join("\n")}
.whisker.better { stroke: var(--good); } .whisker.worse { stroke: var(--bad); } .whisker.inconclusive { stroke: var(--unsure); } .whisker.same { stroke: var(--s0); }
.dot.better, .label.better { fill: var(--good); } .dot.worse, .label.worse { fill: var(--bad); } .dot.inconclusive, .label.inconclusive { fill: var(--unsure); } .dot.same, .label.same { fill: var(--s0); }
rect.wait { fill: var(--line); } rect.prefill { fill: var(--s5); opacity: .55; } rect.decode { fill: var(--s0); } rect.failed { fill: var(--bad); }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; margin: .25rem 0; font-size: .85rem; } .swatch { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin-right: .4em; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; } th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); white-space: nowrap; } .n { text-align: right; }
details { margin: .5rem 0; } summary { cursor: pointer; color: var(--faint); font-size: .9rem; }
.warnings li { margin: .35rem 0; } code { font-size: .9em; }
.output { border-top: 1px solid var(--line); padding: .75rem 0; } .prompt { margin: 0 0 .5rem; font-weight: 600; } .badge { font-weight: 400; font-size: .8rem; border: 1px solid var(--line); border-radius: 4px; padding: 0 .4em; }
.answers { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); gap: 1rem; } pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; padding: .6rem; background: var(--soft); border-radius: 4px; font-size: .85rem; }
`;
