import { describe, expect, it } from "vitest";
import { OllamaError } from "./ollama-error.js";

describe("OllamaError", () => {
  it("is recognised by its marker, so that another copy of the package works too", () => {
    const foreign = Object.assign(new Error("x"), { [Symbol.for("@codo/ollama.error")]: true });
    expect(OllamaError.is(foreign)).toBe(true);
    expect(OllamaError.is(new OllamaError("ABORTED", "x"))).toBe(true);
    expect(OllamaError.is(new Error("x"))).toBe(false);
    expect(OllamaError.is(null)).toBe(false);
  });

  it("tells what to do at the end of its message, and what happened without that", () => {
    const init = { advice: "Start it at http://me:hunter2@host/." };
    const error = new OllamaError("SERVER_UNAVAILABLE", "No answer from http://me:hunter2@host/.", init);
    expect(error.message).toBe("No answer from http://***@host/. Start it at http://***@host/.");
    expect(error.summary).toBe("No answer from http://***@host/.");
    expect(new OllamaError("ABORTED", "x").summary).toBe("x");
  });

  it("redacts credentials in its message, its details and its JSON", () => {
    const error = new OllamaError("SERVER_UNAVAILABLE", "no answer at http://me:hunter2@host:1/", {
      details: {
        url: "https://me:hunter2@host/",
        headers: { Authorization: "Bearer abc.def" },
        note: "Bearer abc.def",
      },
    });
    const text = `${error.message} ${JSON.stringify(error)}`;
    expect(text).not.toMatch(/hunter2|abc\.def/);
    expect(error.toJSON()).toMatchObject({ code: "SERVER_UNAVAILABLE", retryable: true });
  });

  it("redacts a password with a sign in it, and a long text without any in one pass", () => {
    expect(new OllamaError("ABORTED", "at http://me:p@ss@host/x").message).toBe("at http://***@host/x");
    for (const run of ["a", "a:", "://", "http://", "Bearer: "]) {
      const text = run.repeat(Math.floor(300_000 / run.length));
      expect(new OllamaError("ABORTED", "x", { details: { text } }).details.text).toHaveLength(text.length);
    }
  });
});
