// What promptfoo is asked to do with the engine: its own configuration, and what tells that a case went right.

const ASKED = { temperature: 0, num_predict: 200, think: false };
const PERSON = {
  type: "object",
  properties: { name: { type: "string" }, age: { type: "integer" } },
  required: ["name", "age"],
};
const WEATHER = {
  type: "function",
  function: {
    name: "get_weather",
    description: "Get the current weather",
    parameters: { type: "object", required: ["city"], properties: { city: { type: "string" } } },
  },
};
const SKY = "Why is the sky blue?";

/** The providers, by the name that a case has for it. */
const providersOf = (url) => ({
  chat: { id: "ollama:chat:codo-tiny", config: ASKED },
  thinking: { id: "ollama:chat:codo-tiny", config: { ...ASKED, think: true } },
  completion: { id: "ollama:completion:codo-tiny", config: ASKED },
  structured: { id: "ollama:chat:codo-tiny", config: { ...ASKED, passthrough: { format: PERSON } } },
  calling: { id: "ollama:chat:codo-tiny", config: { ...ASKED, tools: [WEATHER] } },
  unknown: { id: "ollama:chat:nowhere", config: ASKED },
  openai: {
    id: "openai:chat:codo-tiny",
    config: { apiBaseUrl: `${url}/v1`, apiKey: "unused", temperature: 0, max_tokens: 200 },
  },
});

const passes = ({ success }) => success;

/** Each is a test of promptfoo's. */
export const CASES = [
  {
    description: "a chat, whose stream it reads line by line",
    provider: "chat",
    question: SKY,
    assert: [{ type: "icontains", value: "blue" }],
    isRight: passes,
  },
  {
    description: "a completion",
    provider: "completion",
    question: SKY,
    assert: [{ type: "icontains", value: "blue" }],
    isRight: passes,
  },
  {
    description: "a thought before the answer",
    provider: "thinking",
    question: SKY,
    assert: [{ type: "starts-with", value: "Thinking: " }],
    isRight: passes,
  },
  {
    description: "the similarity of two texts, by embeddings",
    provider: "chat",
    question: SKY,
    assert: [
      { type: "similar", value: "The sky is blue", threshold: 0.1, provider: "ollama:embeddings:codo-tiny-embed" },
    ],
    isRight: passes,
  },
  {
    description: "an answer by a JSON Schema",
    provider: "structured",
    question: "Give me a person as JSON.",
    assert: [{ type: "is-json", value: PERSON }],
    isRight: passes,
  },
  {
    description: "a tool call",
    provider: "calling",
    question: "What is the weather in Paris?",
    assert: [
      { type: "javascript", value: "output[0].function.name === 'get_weather'" },
      { type: "javascript", value: "JSON.parse(output[0].function.arguments).city === 'Paris'" },
    ],
    isRight: passes,
  },
  {
    description: "a chat by its provider for OpenAI, at `/v1`",
    provider: "openai",
    question: SKY,
    assert: [{ type: "icontains", value: "blue" }],
    isRight: passes,
  },
  {
    description: "a model that is not there, which it has to report",
    provider: "unknown",
    question: SKY,
    assert: [],
    isRight: ({ error = "" }) => error.includes("'nowhere' not found"),
  },
];

/** promptfoo's configuration for all cases, with the engine at this address. */
export const configOf = (url) => ({
  prompts: ["{{question}}"],
  providers: Object.entries(providersOf(url)).map(([label, provider]) => ({ label, ...provider })),
  tests: CASES.map(({ description, provider, question, assert }) => ({
    description,
    providers: [provider],
    vars: { question },
    assert,
  })),
});
