import ollama, {
  type AbortableAsyncIterator,
  type ChatRequest,
  type ChatResponse,
  type Config,
  type Message,
  Ollama,
  type Options,
  type Tool,
  type ToolCall,
} from "ollama";

const weather: Tool = {
  type: "function",
  function: {
    name: "weather",
    description: "The weather of a city",
    parameters: {
      type: "object",
      required: ["city"],
      properties: { city: { type: "string", description: "Its name", enum: ["Bern", "Rome"] } },
    },
  },
};

const functions: Record<string, (args: { city: string }) => string> = { weather: ({ city }) => `Sunny in ${city}` };

function call({ function: { name, arguments: args } }: ToolCall): string {
  return functions[name]?.({ city: args.city }) ?? "no such tool";
}

/** What a program does with the official client, each line with what came out. */
export async function runProgram(host: string): Promise<string[]> {
  const lines: string[] = [];
  const config: Partial<Config> = { host, headers: { "x-program": "1" } };
  const client = new Ollama(config);
  const options: Partial<Options> = { temperature: 0, num_ctx: 2048 };
  const messages: Message[] = [{ role: "user", content: "What is the weather in Bern?" }];
  const request: ChatRequest = { model: "m", messages, tools: [weather], options, keep_alive: "5m", think: false };

  const asking = await client.chat({ ...request, stream: false });
  messages.push(asking.message);
  for (const wanted of asking.message.tool_calls ?? []) {
    messages.push({ role: "tool", content: call(wanted), tool_name: wanted.function.name });
  }
  lines.push(messages.map(({ role, content }) => `${role}: ${content}`).join("\n"));
  lines.push(`${asking.eval_count / (asking.eval_duration / 1e9)} tokens/s, ${asking.done_reason}`);

  const stream: AbortableAsyncIterator<ChatResponse> = await client.chat({ ...request, stream: true });
  for await (const part of stream) lines.push(part.message.content);

  const generated = await client.generate({ model: "m", prompt: "One", images: [Uint8Array.of(1)] });
  const more = await client.generate({ model: "m", prompt: "Two", context: generated.context });
  lines.push(`${generated.response} ${more.eval_count / more.total_duration}`);

  const { embeddings, total_duration: total } = await client.embed({ model: "m", input: ["a", "b"] });
  lines.push(`${embeddings.map((vector) => vector.length).join()} in ${total / 1e6} ms`);

  const { models } = await client.list();
  lines.push(models.map(({ name, details }) => `${name} ${details.family.toUpperCase()}`).join());
  const loaded = await client.ps();
  lines.push(String(loaded.models.reduce((sum, model) => sum + model.size_vram, 0)));
  const { template, details, capabilities } = await client.show({ model: "m" });
  lines.push(`${template.trim()} ${details.format} ${capabilities.join()}`);

  for await (const part of await client.pull({ model: "m", stream: true })) {
    if (part.digest) lines.push(`${part.digest} ${Math.round((part.completed / part.total) * 100)}%`);
  }
  try {
    await client.delete({ model: "none" });
  } catch (error) {
    if (error instanceof Error)
      lines.push(`${error.name === "AbortError"} ${"status_code" in error && error.status_code}`);
  }
  lines.push(typeof ollama.chat, (await client.encodeImage(Uint8Array.of(1, 2))) + (await client.version()).version);
  return lines;
}
