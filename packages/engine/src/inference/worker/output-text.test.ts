import { describe, expect, it } from "vitest";
import { OutputText } from "./output-text.js";

/** Pushes each text, or bytes, as a token; returns what each gave out, and what came at the end. */
function run(stops: string[], tokens: (string | number[])[]): { given: string[]; stopped: boolean } {
  const output = new OutputText(stops);
  const given: string[] = [];
  for (const token of tokens) {
    given.push(output.push(typeof token === "string" ? Buffer.from(token) : Uint8Array.from(token)).text);
    if (output.stopped) break;
  }
  given.push(output.finish().text);
  return { given, stopped: output.stopped };
}

const logprob = (token: string) => ({ token, bytes: [], logprob: -1 });

describe("OutputText", () => {
  it("gives each token at once when nothing can become a stop string", () => {
    expect(run(["END"], ["a", "b"])).toEqual({ given: ["a", "b", ""], stopped: false });
  });

  it("holds back what may become a stop string, and gives it when it does not", () => {
    expect(run(["END"], ["x E", "N", "X"])).toEqual({ given: ["x ", "", "ENX", ""], stopped: false });
  });

  it("gives what was held back when generation ends", () => {
    expect(run(["END"], ["x EN"])).toEqual({ given: ["x ", "EN"], stopped: false });
  });

  it("drops a stop string that spans tokens, and what comes after it", () => {
    expect(run(["END"], ["x E", "ND y", "z"])).toEqual({ given: ["x ", "", ""], stopped: true });
  });

  it("takes the stop string that comes first", () => {
    expect(run(["c", "b"], ["abc"])).toEqual({ given: ["a", ""], stopped: true });
  });

  it("finds a stop string whose beginning repeats", () => {
    expect(run(["aab"], ["aa", "a", "b"])).toEqual({ given: ["", "a", "", ""], stopped: true });
  });

  it("ignores an empty stop string", () => {
    expect(run([""], ["a"])).toEqual({ given: ["a", ""], stopped: false });
  });

  it("puts characters together that are split over tokens", () => {
    expect(run([], [[0xf0, 0x9f], [0x8e], [0x88, 0x21]])).toEqual({ given: ["", "", "🎈!", ""], stopped: false });
  });

  it("drops a character that is cut off at the end", () => {
    expect(run([], ["a", [0xf0, 0x9f]])).toEqual({ given: ["a", "", ""], stopped: false });
  });

  it("finds a stop string inside split characters", () => {
    expect(run(["世"], ["a", [0xe4, 0xb8], [0x96, 0x62]])).toEqual({ given: ["a", "", "", ""], stopped: true });
  });

  it("keeps log-probabilities with the text of their tokens", () => {
    const output = new OutputText(["END"]);
    expect(output.push(Buffer.from("a E"), logprob("a E"))).toEqual({ text: "a ", logprobs: [logprob("a E")] });
    expect(output.push(Buffer.from("N"), logprob("N"))).toEqual({ text: "", logprobs: [] });
    expect(output.push(Buffer.from("X"), logprob("X")).logprobs).toEqual([logprob("N"), logprob("X")]);
    expect(output.push(Buffer.from("END"), logprob("END"))).toEqual({ text: "", logprobs: [] });
  });
});
