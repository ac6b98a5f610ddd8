// Asks the demo model for ten real-world schemas at temperature 1 with many seeds, and validates every answer.
// Usage: pnpm chaos:format [seeds]
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const engineFolder = new URL("../packages/engine/", import.meta.url);
const require = createRequire(new URL("package.json", engineFolder));
const { Ajv2020 } = require("ajv/dist/2020.js");
const addFormats = require("ajv-formats");
const { startEngine } = await import(new URL("dist/index.js", engineFolder).href);

/** Asked at once: the engine computes them together. */
const CLIENTS = 8;
const seeds = Number(process.argv[2] ?? 200);
const cases = JSON.parse(await readFile(new URL("tests/fixtures/real-world-schemas.json", engineFolder), "utf8"));
const engine = await startEngine({ parallel: CLIENTS });
let failed = 0;
try {
  for (const { name, prompt, schema } of cases) {
    const began = performance.now();
    const validator = new Ajv2020({ strict: false, multipleOfPrecision: 2 });
    addFormats(validator);
    const validate = validator.compile(schema);
    const lengths = [];
    const faults = [];
    let next = 0;
    const client = async () => {
      for (let seed = next++; seed < seeds; seed = next++) {
        const answer = await ask(prompt, schema, seed);
        lengths.push(answer.eval_count);
        const fault = faultOf(answer, validate);
        if (fault)
          faults.push(`seed ${seed}: ${fault}: ${answer.response?.slice(0, 200)} … ${answer.response?.slice(-100)}`);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    lengths.sort((a, b) => a - b);
    failed += faults.length;
    const tokens = `tokens ${lengths[0]} / ${lengths[lengths.length >> 1]} / ${lengths.at(-1)} (least, median, most), ${Math.round(performance.now() - began)} ms`;
    console.log(`${faults.length === 0 ? "ok  " : "FAIL"} ${name}: ${seeds - faults.length}/${seeds} valid, ${tokens}`);
    for (const fault of faults.slice(0, 3)) console.log(`     ${fault}`);
  }
} finally {
  await engine.stop();
}
console.log(failed === 0 ? `All ${cases.length * seeds} answers are valid.` : `${failed} answers are not valid.`);
process.exitCode = failed === 0 ? 0 : 1;

async function ask(prompt, schema, seed) {
  const response = await fetch(`${engine.url}/api/generate`, {
    method: "POST",
    body: JSON.stringify({
      model: "codo-tiny",
      prompt,
      think: false,
      stream: false,
      format: schema,
      // A small window: answers that go on and on have to be brought to their end sooner.
      options: { temperature: 1, seed, num_ctx: 512 },
    }),
  });
  return await response.json();
}

function faultOf(answer, validate) {
  if (answer.error) return answer.error;
  if (answer.done_reason !== "stop") return `ended by ${answer.done_reason}`;
  try {
    return validate(JSON.parse(answer.response)) ? undefined : JSON.stringify(validate.errors?.[0]);
  } catch {
    return "no JSON";
  }
}
