import { compareBody } from "./compare-body.js";
import type { Answer, RecordedRequest } from "./recording.js";

/** What an answer is compared against. */
export interface Comparison {
  request: RecordedRequest;
  expected: Answer;
  actual: Answer;
  /** Folder of the engine's store, which stands for the recorded `/models`. */
  storeFolder: string;
}

const VARYING_HEADERS = new Set(["Date", "Content-Length", "Transfer-Encoding"]);
/** The longest JSON body that goes out with its length. */
const LONGEST_MEASURED_BODY = 2048;

/** Says in which ways an answer has another shape than the recorded one. */
export function compareAnswer(comparison: Comparison): string[] {
  const { expected, actual } = comparison;
  if (expected.status === 0)
    return actual.status === 0 ? [] : [`an answer came (${actual.status}) where none was recorded`];
  if (actual.status !== expected.status) {
    return [`status ${actual.status}, recorded ${expected.status}: ${excerpt(actual.body)}`];
  }
  return [
    ...(actual.statusText === expected.statusText
      ? []
      : [`reason ${actual.statusText}, recorded ${expected.statusText}`]),
    ...compareHeaders(expected, actual),
    ...compareFraming(comparison),
    ...(expected.end === actual.end ? [] : [`ended by ${actual.end}, recorded ${expected.end}`]),
    ...compareBody(comparison),
  ];
}

function compareHeaders(expected: Answer, actual: Answer): string[] {
  const names = new Set([...Object.keys(expected.headers), ...Object.keys(actual.headers)]);
  return [...names]
    .filter((name) => !VARYING_HEADERS.has(name))
    .filter((name) => JSON.stringify(expected.headers[name]) !== JSON.stringify(actual.headers[name]))
    .map((name) => `header ${name}: ${show(actual.headers[name])}, recorded ${show(expected.headers[name])}`);
}

function compareFraming({ request, expected, actual }: Comparison): string[] {
  if (expected.framing === actual.framing) {
    // A HEAD answer's length is all that there is of its body.
    const isSame = expected.headers["Content-Length"] === actual.headers["Content-Length"];
    if (request.method !== "HEAD" || isSame || request.path === "/api/version" || request.path === "/api/tags")
      return [];
    return [`Content-Length ${actual.headers["Content-Length"]}, recorded ${expected.headers["Content-Length"]}`];
  }
  const isJson = String(expected.headers["Content-Type"]).startsWith("application/json; charset");
  const byLength = actual.body.length > LONGEST_MEASURED_BODY ? "chunked" : "content-length";
  // The length of a body follows its text: the rule for it has to be the same, not the outcome.
  if (isJson && actual.framing === byLength) return [];
  return [`framing ${actual.framing}, recorded ${expected.framing}`];
}

function show(value: string | string[] | undefined): string {
  return value === undefined ? "none" : JSON.stringify(value);
}

function excerpt(body: Buffer): string {
  return body.toString("utf8", 0, 200).trim();
}
