import type { Comparison } from "./compare-answer.js";
import { compareJson } from "./compare-json.js";
import { endAsCounted } from "./end-reason.js";
import { lineShapes } from "./line-shapes.js";
import { normalise } from "./normalise.js";

/** Says in which ways a body has another shape than the recorded one. */
export function compareBody(comparison: Comparison): string[] {
  const { expected, actual, storeFolder } = comparison;
  const type = String(expected.headers["Content-Type"] ?? "");
  const recorded = normalise(expected.body.toString("utf8"), "/models");
  const actualText = normalise(actual.body.toString("utf8"), storeFolder);
  const expectedText = endAsCounted(recorded, actualText, comparison.request);
  if (type === "application/x-ndjson") return compareLines(expectedText, actualText, comparison);
  if (type === "text/event-stream") return compareLines(eventLines(expectedText), eventLines(actualText), comparison);
  if (type.startsWith("application/json")) return compareValues(expectedText, actualText);
  return expectedText === actualText
    ? []
    : [`body ${JSON.stringify(actualText)}, recorded ${JSON.stringify(expectedText)}`];
}

function compareValues(expectedText: string, actualText: string): string[] {
  if (expectedText === "" && actualText === "") return [];
  const expected = parse(expectedText);
  const actual = parse(actualText);
  if (actual === undefined) return [`not JSON: ${actualText.slice(0, 200)}`];
  if (!actualText.endsWith("\n") !== !expectedText.endsWith("\n")) return ["the body's last byte is another"];
  return compareJson(expected, actual, "");
}

/** A stream's lines: each kind of line in its order, however many of a kind come in a row. */
function compareLines(expectedText: string, actualText: string, { expected }: Comparison): string[] {
  const expectedLines = lineShapes(expectedText);
  const actualLines = lineShapes(actualText);
  if (actualLines === undefined || expectedLines === undefined)
    return [`a line is not JSON: ${actualText.slice(0, 200)}`];
  // What a client that left has not seen may have been sent.
  const isCut = expected.end !== "complete";
  const kinds = (lines: { shape: string }[]): string => lines.map(({ shape }) => shape).join("\n");
  const isSame = isCut
    ? actualLines.every(({ shape }) => expectedLines.some((line) => line.shape === shape))
    : kinds(expectedLines) === kinds(actualLines);
  if (!isSame) return [`lines\n${indent(kinds(actualLines))}\nrecorded\n${indent(kinds(expectedLines))}`];
  return actualLines.flatMap(({ value }, index) => {
    const recorded = expectedLines[index];
    return recorded === undefined ? [] : compareJson(recorded.value, value, "");
  });
}

/** Server-sent events as lines of JSON. */
function eventLines(text: string): string {
  const events = text.split("\n\n").filter((event) => event !== "");
  const lines = events.map((event) => {
    const name = /^event: (.*)$/m.exec(event)?.[1];
    const data = /^data: (.*)$/m.exec(event)?.[1] ?? "";
    return JSON.stringify({ ...(name !== undefined && { event: name }), data: parse(data) ?? data });
  });
  return lines.map((line) => `${line}\n`).join("");
}

function indent(text: string): string {
  return text.replace(/^/gm, "    ");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
