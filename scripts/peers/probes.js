// What is asked of a client of Ollama, each found by doing it against a server that behaves so (behaviours.js).
import { seenBy } from "./server.js";

const PROMPT = "Why is the sky blue?";
const failed = ({ error }) => error !== undefined;
const answered = ({ value }) => typeof value === "string" && value.includes("blue");
const ask = (client, model) => client.ask(model, PROMPT);

async function read(client, model) {
  let text = "";
  for await (const part of client.stream(model, PROMPT)) text += part;
  return text;
}

async function leave(client, model) {
  for await (const text of client.stream(model, PROMPT)) if (text !== "") return "left";
}

/** Aborts when the server has the request, however long that takes. */
const abortable = (run) => async (client, model, host) => {
  const controller = new AbortController();
  const running = run(client, model, controller.signal);
  running.catch(() => {});
  while ((await seenBy(host, model)).requests === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  controller.abort();
  return await running;
};

/**
 * `needs` are the methods of the driver without which a client has nothing of this kind; `isRight` gets what it gave
 * (`{ value }` or `{ error }`, and `seen` by the server).
 */
export const PROBES = [
  {
    name: "busy-once",
    shown: "A server that is busy (503) once is asked again",
    isRight: answered,
  },
  {
    name: "reset-once",
    shown: "A connection that breaks before the answer is made again",
    isRight: answered,
  },
  {
    name: "missing",
    model: "missing:7b",
    shown: "A model that is not there fails with the server's words",
    isRight: ({ error }) => error?.includes("try pulling it") ?? false,
  },
  {
    name: "late",
    shown: "An answer whose head comes later than Node's `fetch` waits",
    isFetchShortened: true,
    isRight: answered,
  },
  {
    name: "pausing",
    shown: "A stream that pauses longer than Node's `fetch` waits",
    isFetchShortened: true,
    run: read,
    isRight: ({ value }) => value === "Because so.",
  },
  {
    name: "cut",
    shown: "A stream that ends without its end is an error",
    run: read,
    isRight: failed,
  },
  {
    name: "lost",
    shown: "A connection that is lost in mid-stream is an error",
    run: read,
    isRight: failed,
  },
  {
    name: "error-line",
    shown: "An error in mid-stream is an error with the server's words",
    run: read,
    isRight: ({ error }) => error?.includes("crashed") ?? false,
  },
  {
    name: "stalled",
    shown: "A time limit for the pause between two pieces ends a stream that stands still",
    needs: ["streamWithin"],
    run: async (client, model) => {
      for await (const _ of client.streamWithin(model, PROMPT, 600));
    },
    isRight: failed,
  },
  {
    name: "steady",
    shown: "Such a limit leaves a long stream alone that does not pause",
    needs: ["streamWithin"],
    run: async (client, model) => {
      let text = "";
      for await (const part of client.streamWithin(model, PROMPT, 600)) text += part;
      return text;
    },
    isRight: ({ value }) => value === "on ".repeat(10),
  },
  {
    name: "endless",
    shown: "Leaving a loop over a stream stops the server",
    isLeaving: true,
    run: leave,
    isRight: ({ seen }) => seen.wasLeft,
  },
  {
    name: "silent",
    shown: "A request without an answer yet can be aborted, and the server is left",
    isLeaving: true,
    run: abortable((client, model, signal) => client.ask(model, PROMPT, signal)),
    isRight: (outcome) => failed(outcome) && outcome.seen.wasLeft,
  },
  {
    name: "abort-stream",
    model: "endless",
    shown: "A stream can be aborted, and the server is left",
    isLeaving: true,
    run: abortable(async (client, model, signal) => {
      for await (const _ of client.stream(model, PROMPT, signal));
    }),
    isRight: ({ seen }) => seen.wasLeft,
  },
  {
    name: "split",
    shown: "Characters that arrive in pieces are whole",
    run: read,
    isRight: ({ value }) => value === "Grüße 🦙",
  },
  {
    name: "invalid",
    shown: "A byte that is no UTF-8 becomes �, and the rest stays",
    run: read,
    isRight: ({ value }) => value === "Gr\uFFFDn",
  },
  {
    name: "line-separator",
    shown: "Unicode's line separators are text",
    run: read,
    isRight: ({ value }) => value === "one\u2028two\u0085three",
  },
  {
    name: "length",
    shown: "An answer that was cut at the limit says so",
    needs: ["finish"],
    run: (client, model) => client.finish(model, PROMPT),
    isRight: ({ value }) => value === "length",
  },
  {
    name: "usage",
    shown: "Tokens are counted as the server says",
    needs: ["usage"],
    run: (client, model) => client.usage(model, PROMPT),
    isRight: ({ value }) => value?.join() === "3,5",
  },
  {
    name: "thinking",
    shown: "Thinking comes apart from the answer",
    needs: ["thinking"],
    run: (client, model) => client.thinking(model, PROMPT),
    isRight: ({ value }) => value?.[0] === "Let me see." && value[1] === "Because the air scatters blue light.",
  },
  {
    name: "fitting",
    shown: "An answer is read as a value of a schema",
    needs: ["object"],
    run: (client, model) => client.object(model, PROMPT),
    isRight: ({ value }) => value?.name === "Ada",
  },
  {
    name: "not-fitting",
    shown: "A value that does not fit the schema is refused",
    needs: ["object"],
    run: (client, model) => client.object(model, PROMPT),
    isRight: failed,
  },
  {
    name: "not-fitting-once",
    shown: "A value that does not fit is asked for again",
    needs: ["object"],
    run: (client, model) => client.object(model, PROMPT),
    isRight: ({ value }) => value?.name === "Ada",
  },
  {
    name: "tool-call",
    model: "tools",
    shown: "A tool call comes as an object",
    needs: ["toolCalls"],
    run: (client, model) => client.toolCalls(model, "What is 3 plus 4?"),
    isRight: ({ value }) => JSON.stringify(value) === '[["add",{"a":3,"b":4}]]',
  },
  {
    name: "tools",
    shown: "Tools are run until the model answers",
    needs: ["runTools"],
    run: (client, model) => client.runTools(model, "What is 3 plus 4?"),
    isRight: ({ value }) => value === "It is 7.",
  },
  {
    name: "embed",
    shown: "Embeddings of several texts in one request",
    needs: ["embed"],
    run: (client, model) => client.embed(model, ["a", "bb"]),
    isRight: ({ value }) => JSON.stringify(value) === "[[1,1],[2,1]]",
  },
  {
    name: "slow",
    shown: "A list of prompts, three at a time",
    needs: ["batch"],
    run: (client, model) => client.batch(model, Array(12).fill(PROMPT), 3),
    isRight: ({ value, seen }) => value?.every((text) => answered({ value: text })) && seen.mostInFlight === 3,
  },
  {
    name: "list",
    shown: "The models that are installed",
    needs: ["list"],
    run: (client) => client.list(),
    isRight: ({ value }) => value?.[0] === "tiny:latest",
  },
  {
    name: "pull",
    shown: "A download with its progress",
    needs: ["pull"],
    run: (client) => client.pull("tiny"),
    isRight: ({ value }) => value?.includes(25) ?? false,
  },
  {
    name: "proxied",
    shown: "A proxy of the environment is used",
    isProxied: true,
    address: () => "http://ollama.test:11434",
    isRight: ({ value }) => value?.startsWith("through") ?? false,
  },
  {
    name: "socket",
    shown: "A server on a unix socket",
    address: ({ socketPath }) => `unix://${socketPath}`,
    isRight: answered,
  },
].map((probe) => ({ run: ask, needs: [], ...probe }));
