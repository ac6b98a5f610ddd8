// What a chat meets that asks for a model of this name; a model of another name answers at once.
const ANSWER = "Because the air scatters blue light.";

const wire = (model, message, rest = {}) => ({
  model,
  created_at: "2026-01-01T00:00:00Z",
  message: { role: "assistant", content: "", ...message },
  done: false,
  ...rest,
});
const ending = (model, message, doneReason = "stop") =>
  wire(model, message, {
    done: true,
    done_reason: doneReason,
    total_duration: 4,
    load_duration: 1,
    prompt_eval_count: 3,
    prompt_eval_duration: 1,
    eval_count: 5,
    eval_duration: 2,
  });
const line = (value) => `${JSON.stringify(value)}\n`;
const piece = ({ model }, content) => line(wire(model, { content }));
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** An answer as a stream or whole, as it was asked for. */
function reply({ model, stream, response }, messages, doneReason) {
  const whole = Object.assign({}, ...messages);
  if (stream === false) return response.end(JSON.stringify(ending(model, whole, doneReason)));
  response.end(messages.map((message) => line(wire(model, message))).join("") + line(ending(model, {}, doneReason)));
}

/** The answer that measures are taken with: `chunks-500` gives 500 of them. */
export function chatAnswer(asked) {
  const count = Number(/^chunks-(\d+)$/.exec(asked.model)?.[1] ?? 0);
  reply(asked, count === 0 ? [{ content: ANSWER }] : Array.from({ length: count }, () => ({ content: "word " })));
}

const wrongFirst = (asked, right, wrong) => reply(asked, [{ content: asked.state.requests === 1 ? wrong : right }]);

export const BEHAVIOURS = {
  "busy-once": (asked) => {
    if (asked.state.requests > 1) return chatAnswer(asked);
    asked.response.writeHead(503).end(JSON.stringify({ error: "server busy, please try again" }));
  },
  "reset-once": (asked) => (asked.state.requests > 1 ? chatAnswer(asked) : asked.response.destroy()),
  missing: ({ response, model }) =>
    response.writeHead(404).end(JSON.stringify({ error: `model '${model}' not found, try pulling it first` })),
  late: async (asked) => {
    await pause(5000);
    chatAnswer(asked);
  },
  pausing: async (asked) => {
    asked.response.write(piece(asked, "Because "));
    await pause(5000);
    asked.response.end(piece(asked, "so.") + line(ending(asked.model)));
  },
  cut: (asked) => asked.response.end(piece(asked, "half an ans")),
  lost: async ({ response, ...asked }) => {
    response.write(piece(asked, "half an ans"));
    await pause(50);
    response.destroy();
  },
  "error-line": (asked) => asked.response.end(piece(asked, "half an ans") + line({ error: "the runner crashed" })),
  endless: (asked) => {
    const timer = setInterval(() => asked.response.write(piece(asked, "on ")), 5);
    asked.response.on("close", () => clearInterval(timer));
  },
  silent: () => {},
  stalled: (asked) => asked.response.write(piece(asked, "half an ans")),
  steady: async (asked) => {
    for (let at = 0; at < 10; at += 1) {
      asked.response.write(piece(asked, "on "));
      await pause(150);
    }
    asked.response.end(line(ending(asked.model)));
  },
  split: async (asked) => {
    for (const byte of Buffer.from(piece(asked, "Grüße 🦙"))) {
      asked.response.write(Buffer.from([byte]));
      await pause(1);
    }
    asked.response.end(line(ending(asked.model)));
  },
  // 0xC3 begins a character of two bytes, and no second one follows.
  invalid: async (asked) => {
    const [before, after] = piece(asked, "Gr|n").split("|");
    asked.response.write(Buffer.concat([Buffer.from(before), Buffer.from([0xc3])]));
    await pause(50);
    asked.response.end(after + line(ending(asked.model)));
  },
  "line-separator": (asked) => asked.response.end(piece(asked, "one\u2028two\u0085three") + line(ending(asked.model))),
  fitting: (asked) => reply(asked, [{ content: '{"name":"Ada"}' }]),
  "not-fitting": (asked) => reply(asked, [{ content: '{"name":5}' }]),
  "not-fitting-once": (asked) => wrongFirst(asked, '{"name":"Ada"}', '{"name":5}'),
  thinking: (asked) => reply(asked, [{ thinking: "Let me see." }, { content: ANSWER }]),
  tools: (asked) => {
    const told = asked.messages.findLast(({ role }) => role === "tool");
    if (told !== undefined) return reply(asked, [{ content: `It is ${told.content}.` }]);
    reply(asked, [{ tool_calls: [{ function: { name: "add", arguments: { a: 3, b: 4 } } }] }]);
  },
  length: (asked) => reply(asked, [{ content: "It was a" }], "length"),
  slow: async (asked) => {
    await pause(50);
    chatAnswer(asked);
  },
  proxied: (asked) => reply(asked, [{ content: asked.isProxied ? "through the proxy" : "through a tunnel" }]),
};
