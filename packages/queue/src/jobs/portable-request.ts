import { type ExecutionRequest, type OutputFormat, toWireFormat } from "@codo/ollama-contract";

/**
 * A request as another process can read it: images as base64, a schema as JSON Schema. Headers stay behind, since they
 * may hold what only this process's server should see.
 * @throws OllamaError `INVALID_REQUEST` for a schema that cannot be written as JSON Schema
 */
export async function toPortableRequest(request: ExecutionRequest): Promise<ExecutionRequest> {
  const { signal: _signal, headers: _headers, itemKey: _key, images, options, messages, ...rest } = request;
  const format = await toWireFormat(options?.format);
  return {
    ...rest,
    ...(messages !== undefined && { messages: messages.map(portableMessage) }),
    ...(images !== undefined && { images: images.map(portableImage) }),
    ...(options !== undefined && {
      options: format === undefined ? options : { ...options, format: format as OutputFormat },
    }),
  };
}

type Message = NonNullable<ExecutionRequest["messages"]>[number];

function portableMessage(message: Message): Message {
  const { images } = message as { images?: unknown };
  return Array.isArray(images) ? ({ ...message, images: images.map(portableImage) } as Message) : message;
}

function portableImage(image: string | Uint8Array): string {
  return typeof image === "string" ? image : Buffer.from(image).toString("base64");
}
