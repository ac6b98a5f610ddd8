import type { Postings } from "../segments/postings.js";
import type { SearchTerm } from "./search-query.js";
import type { SearchSource } from "./search-source.js";

// Okapi BM25 with the usual constants: Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009.
const K1 = 1.2;
const B = 0.75;

/** A document that meets all terms. */
export interface RankedDocument {
  source: SearchSource;
  doc: number;
  /** BM25, larger is better. */
  score: number;
  createdMs: number;
}

/** The best `keep` documents that meet all terms, best first, and how many meet them. */
export function rankDocuments(
  sources: readonly SearchSource[],
  terms: readonly SearchTerm[],
  keep: number,
): { best: RankedDocument[]; total: number } {
  const found = sources.map((source) => ({ source, postings: terms.map((term) => source.postings(term)) }));
  const docs = sum(sources.map((source) => source.docs));
  const meanWords = Math.max(1, sum(sources.map((source) => source.words)) / Math.max(1, docs));
  const weights = terms.map((_, i) => {
    const count = sum(found.map(({ postings }) => postings[i]?.docs.length ?? 0));
    return Math.log(1 + (docs - count + 0.5) / (count + 0.5));
  });
  const best = new BestDocuments(keep);
  let total = 0;
  for (const { source, postings } of found) {
    forEachCommon(postings, (doc, frequencies) => {
      if (!source.accepts(doc)) return;
      total++;
      const norm = K1 * (1 - B + (B * source.wordsOf(doc)) / meanWords);
      let score = 0;
      for (let i = 0; i < frequencies.length; i++) {
        const frequency = frequencies[i] ?? 0;
        score += ((weights[i] ?? 0) * frequency * (K1 + 1)) / (frequency + norm);
      }
      if (best.mayKeep(score)) best.offer({ source, doc, score, createdMs: source.createdMs(doc) });
    });
  }
  return { best: best.sorted(), total };
}

/** Visits every document that is in all lists, with its frequency in each. */
function forEachCommon(lists: readonly Postings[], visit: (doc: number, frequencies: number[]) => void): void {
  const [shortest] = [...lists].sort((a, b) => a.docs.length - b.docs.length);
  if (shortest === undefined) return;
  const places = lists.map(() => 0);
  const frequencies = lists.map(() => 0);
  for (let at = 0; at < shortest.docs.length; at++) {
    const doc = shortest.docs[at] ?? 0;
    let inAll = true;
    for (let i = 0; inAll && i < lists.length; i++) {
      const list = lists[i] ?? shortest;
      let place = places[i] ?? 0;
      while (place < list.docs.length && (list.docs[place] ?? 0) < doc) place++;
      places[i] = place;
      frequencies[i] = list.frequencies[place] ?? 0;
      inAll = list.docs[place] === doc;
    }
    if (inAll) visit(doc, frequencies);
  }
}

/** Keeps the best of many: a heap with the worst kept one on top. */
class BestDocuments {
  readonly #keep: number;
  readonly #heap: RankedDocument[] = [];

  constructor(keep: number) {
    this.#keep = keep;
  }

  /** Whether a document with this score could be among the best. */
  mayKeep(score: number): boolean {
    return this.#heap.length < this.#keep || score >= (this.#heap[0]?.score ?? 0);
  }

  offer(candidate: RankedDocument): void {
    const heap = this.#heap;
    const worst = heap[0];
    if (heap.length < this.#keep || worst === undefined) {
      heap.push(candidate);
      this.#siftUp(heap.length - 1);
    } else if (compareRank(candidate, worst) < 0) {
      heap[0] = candidate;
      this.#siftDown(0);
    }
  }

  sorted(): RankedDocument[] {
    return [...this.#heap].sort(compareRank);
  }

  #siftUp(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfWorse(at, parent)) return;
      at = parent;
    }
  }

  #siftDown(from: number): void {
    for (let at = from; ; ) {
      const left = 2 * at + 1;
      const right = left + 1;
      const worse = this.#isWorse(right, left) ? right : left;
      if (!this.#swapIfWorse(worse, at)) return;
      at = worse;
    }
  }

  #isWorse(a: number, b: number): boolean {
    const first = this.#heap[a];
    const second = this.#heap[b];
    return first !== undefined && second !== undefined && compareRank(first, second) > 0;
  }

  #swapIfWorse(below: number, above: number): boolean {
    const lower = this.#heap[below];
    const upper = this.#heap[above];
    if (lower === undefined || upper === undefined || compareRank(lower, upper) <= 0) return false;
    this.#heap[below] = upper;
    this.#heap[above] = lower;
    return true;
  }
}

/** Best first; of equally good ones the newest. */
function compareRank(a: RankedDocument, b: RankedDocument): number {
  return b.score - a.score || b.createdMs - a.createdMs;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
