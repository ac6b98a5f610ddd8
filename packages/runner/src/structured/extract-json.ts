import { splitThought } from "@codo/ollama-contract";

/**
 * The JSON values that an answer may stand for, likeliest first: the whole text, what is in code fences, and the
 * objects and arrays in the running text. Nothing is repaired: a value is there as JSON or it is not.
 */
export function* jsonCandidates(answer: string): Generator<unknown, void, undefined> {
  const text = splitThought(answer).text.trim();
  const whole = parse(text);
  if (whole !== undefined) {
    yield whole.value;
    return;
  }
  for (const fence of text.matchAll(/```[^\n`]*\n([\s\S]*?)```/g)) {
    const fenced = parse((fence[1] ?? "").trim());
    if (fenced !== undefined) yield fenced.value;
  }
  yield* embeddedValues(text);
}

function* embeddedValues(text: string): Generator<unknown, void, undefined> {
  for (let start = nextOpening(text, 0); start >= 0; ) {
    const end = closingOf(text, start);
    const found = end < 0 ? undefined : parse(text.slice(start, end + 1));
    if (found !== undefined) yield found.value;
    if (found === undefined && !beginsJson(text, start)) start = nextOpening(text, start + 1);
    // A part of a value that was cut off or is broken is not what the model answered.
    else if (end < 0) return;
    else start = nextOpening(text, end + 1);
  }
}

const JSON_BEGINNING = /\{\s*["}]|\[\s*(?:["{[\]\d-]|true\b|false\b|null\b)/y;

/** Whether a bracket begins an object or an array, and not an aside in the running text. */
function beginsJson(text: string, start: number): boolean {
  JSON_BEGINNING.lastIndex = start;
  return JSON_BEGINNING.test(text);
}

function nextOpening(text: string, from: number): number {
  const at = text.slice(from).search(/[{[]/);
  return at < 0 ? -1 : from + at;
}

/** Where the object or array that opens at `start` closes; brackets inside strings don't count. */
function closingOf(text: string, start: number): number {
  let depth = 0;
  let isInString = false;
  for (let index = start; index < text.length; index++) {
    const character = text[index];
    if (isInString) {
      if (character === "\\") index++;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === "{" || character === "[") depth++;
    else if ((character === "}" || character === "]") && --depth === 0) return index;
  }
  return -1;
}

function parse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
