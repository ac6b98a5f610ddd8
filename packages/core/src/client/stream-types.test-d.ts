import { expectTypeOf, it } from "vitest";
import type {
  ChatResponse,
  GenerateResponse,
  OllamaClient,
  OllamaStream,
  ProgressResponse,
  StreamCall,
} from "../index.js";

declare const client: OllamaClient;
declare const asked: boolean;

it("gives a stream only where one is asked for", () => {
  expectTypeOf(client.chat({ model: "m", stream: true })).toEqualTypeOf<StreamCall<ChatResponse>>();
  expectTypeOf(client.chat({ model: "m", stream: false })).toEqualTypeOf<Promise<ChatResponse>>();
  expectTypeOf(client.chat({ model: "m" })).toEqualTypeOf<Promise<ChatResponse>>();
  expectTypeOf(client.generate({ model: "m", prompt: "", stream: true })).toEqualTypeOf<StreamCall<GenerateResponse>>();
  expectTypeOf(client.pull({ model: "m", stream: true })).toEqualTypeOf<StreamCall<ProgressResponse>>();
  expectTypeOf(client.create({ model: "m", from: "n" })).toEqualTypeOf<Promise<ProgressResponse>>();
});

it("gives either where the program decides at run time", () => {
  expectTypeOf(client.chat({ model: "m", stream: asked })).toEqualTypeOf<
    Promise<ChatResponse> | StreamCall<ChatResponse>
  >();
});

it("gives parts of the answer's type, awaited first or iterated at once", () => {
  const call = client.chat({ model: "m", stream: true });
  expectTypeOf<Awaited<typeof call>>().toEqualTypeOf<OllamaStream<ChatResponse>>();
  expectTypeOf(call[Symbol.asyncIterator]().next()).resolves.toEqualTypeOf<IteratorResult<ChatResponse, undefined>>();
  expectTypeOf(call.each).parameter(0).parameter(0).toEqualTypeOf<ChatResponse>();
  expectTypeOf(call.then((stream) => [stream], String)).resolves.toEqualTypeOf<OllamaStream<ChatResponse>[] | string>();
  expectTypeOf(call.catch(() => 0)).resolves.toEqualTypeOf<OllamaStream<ChatResponse> | number>();
});
