import type { Answer, RecordedRequest, Recording, Step } from "./recording.js";
import { differsOnlyInThinking } from "./thinking-choice.js";

/** A way in which the engine differs from the recordings, and why that is right for now or for good. */
export interface Rule {
  name: string;
  reason: string;
  applies(step: Step, recording: Recording, answer: Answer): boolean;
}

/** All deviations. They speak of endpoints and features, so that they hold for other recordings as well. */
export const RULES: readonly Rule[] = [
  {
    name: "out of reach: quantize",
    reason:
      "the addon that computes has no function that quantizes; llama.cpp's program does it where it is installed, and an error names it elsewhere",
    applies: ({ request }, { before, steps }) => {
      const quantized = [...before, ...steps.map((step) => step.request)].filter((other) => field(other, "quantize"));
      return quantized.some((other) => field(other, "model") === field(request, "model"));
    },
  },
  {
    name: "clearer: broken streams of /v1",
    reason: "an answer that breaks off says why in a last event; the real server just ends the stream",
    applies: ({ request, response }, _recording, answer) =>
      request?.path.startsWith("/v1/") === true &&
      response?.end === "complete" &&
      answer.body.toString("utf8").includes('data: {"error":'),
  },
  {
    name: "weights: thinking",
    reason: "whether to think about a question is the choice of the weights, and the demo model's are others",
    applies: ({ request, response }, _recording, answer) =>
      /\/(chat|generate|completions|responses|messages)$/.test(request?.path ?? "") &&
      response !== undefined &&
      differsOnlyInThinking(response, answer),
  },
];

function field(request: RecordedRequest | undefined, name: string): unknown {
  const body = request?.body;
  return typeof body === "object" && body !== null ? (body as Record<string, unknown>)[name] : undefined;
}
