import { OllamaClient } from "@codo/ollama-core";

const user = (content) => [{ role: "user", content }];

export function connect(host) {
  const client = new OllamaClient({ host });
  const chat = (model, prompt, rest) => client.chat({ model, messages: user(prompt), stream: false, ...rest });
  async function* stream(model, prompt, call) {
    for await (const { message } of client.chat({ model, messages: user(prompt), stream: true }, call))
      yield message.content;
  }
  return {
    client,
    ask: async (model, prompt, signal) =>
      (await client.chat({ model, messages: user(prompt), stream: false }, { signal })).message.content,
    stream: (model, prompt, signal) => stream(model, prompt, { signal }),
    streamWithin: (model, prompt, idleMs) => stream(model, prompt, { timeouts: { idleMs } }),
    finish: async (model, prompt) => (await chat(model, prompt)).done_reason,
    usage: async (model, prompt) => {
      const { prompt_eval_count, eval_count } = await chat(model, prompt);
      return [prompt_eval_count, eval_count];
    },
    thinking: async (model, prompt) => {
      const { message } = await chat(model, prompt, { think: true });
      return [message.thinking, message.content];
    },
    embed: async (model, input) => (await client.embed({ model, input })).embeddings,
    list: async () => (await client.list()).models.map(({ name }) => name),
    pull: async (model) => {
      const percents = [];
      for await (const { completed, total } of client.pull({ model, stream: true }))
        if (total) percents.push((100 * completed) / total);
      return percents;
    },
  };
}
