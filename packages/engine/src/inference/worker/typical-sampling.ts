/** A token that may come next. */
interface Candidate {
  token: number;
  logit: number;
}

interface TypicalOptions {
  typicalP: number;
  topP: number;
  minP: number;
  temperature: number;
}

/**
 * Locally typical sampling, which the native sampler lacks, and the steps that llama.cpp does after it, in its order:
 * typical_p, top_p, min_p, temperature, choice. Meister et al., "Locally Typical Sampling", 2023, section 3.
 *
 * @param logits - token, logit, token, logit, … of those that top_k left over
 * @param random - a number from 0 up to, but not including, 1
 */
export function sampleTypical(logits: readonly number[], options: TypicalOptions, random: number): number {
  let candidates: Candidate[] = [];
  for (let i = 0; i + 1 < logits.length; i += 2) {
    const [token = -1, logit = Number.NEGATIVE_INFINITY] = logits.slice(i, i + 2);
    if (logit !== Number.NEGATIVE_INFINITY) candidates.push({ token, logit });
  }
  candidates = mostTypical(candidates, options.typicalP).sort((a, b) => b.logit - a.logit);
  if (options.topP < 1) candidates = candidates.slice(0, countUpTo(probabilities(candidates), options.topP));
  const highest = candidates[0]?.logit ?? 0;
  if (options.minP > 0) candidates = candidates.filter(({ logit }) => logit >= highest + Math.log(options.minP));
  return choose(candidates, options.temperature, random);
}

/** The candidates whose surprise is closest to the expected one, until their probabilities add up to `typicalP`. */
function mostTypical(candidates: Candidate[], typicalP: number): Candidate[] {
  const p = probabilities(candidates);
  const entropy = p.reduce((sum, x) => (x > 0 ? sum - x * Math.log(x) : sum), 0);
  const ranked = candidates
    .map((candidate, i) => ({ candidate, p: p[i] ?? 0, distance: Math.abs(-Math.log(p[i] ?? 0) - entropy) }))
    .sort((a, b) => a.distance - b.distance);
  const count = countUpTo(
    ranked.map((item) => item.p),
    typicalP,
  );
  return ranked.slice(0, count).map(({ candidate }) => candidate);
}

/** How many it takes, from the front and at least one, until they add up to more than the limit. */
function countUpTo(p: number[], limit: number): number {
  let sum = 0;
  for (const [i, x] of p.entries()) {
    sum += x;
    if (sum > limit) return i + 1;
  }
  return Math.max(1, p.length);
}

function probabilities(candidates: Candidate[], temperature = 1): number[] {
  const highest = candidates.reduce((max, { logit }) => Math.max(max, logit), Number.NEGATIVE_INFINITY);
  const weights = candidates.map(({ logit }) => Math.exp((logit - highest) / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

function choose(candidates: Candidate[], temperature: number, random: number): number {
  const p = probabilities(candidates, temperature);
  let left = random;
  for (const [i, { token }] of candidates.entries()) {
    left -= p[i] ?? 0;
    if (left < 0) return token;
  }
  return candidates.at(-1)?.token ?? -1;
}
