// Made-up execution results of about 2 kB, the same in every run: words of a vocabulary of 20 000, the common ones often.
const SYLLABLES =
  "ba be bi bo bu da de di do du ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no nu ra re ri ro ru".split(" ");
const VOCABULARY = 20_000;
const MINUTE_MS = 60_000;
const FIRST_MS = Date.UTC(2025, 0, 1);

/** A word that every thousandth record has. */
export const RARE_WORD = "needleword";

let state = 1;
function random() {
  state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
  return state / 0x8000_0000;
}

const words = Array.from({ length: VOCABULARY }, () =>
  Array.from({ length: 2 + Math.floor(random() * 3) }, () => SYLLABLES[Math.floor(random() * SYLLABLES.length)]).join(
    "",
  ),
);

function text(length) {
  let made = "";
  while (made.length < length) made += `${words[Math.floor(VOCABULARY * random() ** 3)]} `;
  return made;
}

/** The record with a number; records are a minute apart. */
export function makeRecord(number) {
  state = number + 1;
  return {
    schemaVersion: 1,
    id: "",
    modelName: `model-${number % 5}:latest`,
    prompt: text(300),
    response: text(1300) + (number % 1000 === 7 ? RARE_WORD : ""),
    executionTime: 1.5,
    tokensUsed: 300,
    success: true,
    metadata: {
      createdAt: new Date(FIRST_MS + number * MINUTE_MS).toISOString(),
      api: "generate",
      doneReason: "stop",
      truncated: false,
      usage: { promptTokens: 60, completionTokens: 240 },
      timings: { totalMs: 1500, ttftMs: 80 },
      options: { temperature: 0.7 },
      model: {},
    },
  };
}
