/** The JSON of each `data:` line of an event stream. */
export async function* eventLines(body: ReadableStream<Uint8Array>): AsyncGenerator<unknown, void, undefined> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const text = line.startsWith("data: ") ? line.slice("data: ".length).trim() : "";
      if (text !== "" && text !== "[DONE]") yield JSON.parse(text);
    }
  }
}
