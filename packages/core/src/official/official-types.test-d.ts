import type * as official from "ollama";
import { expectTypeOf, it } from "vitest";
import type * as ours from "../index.js";

/** The wire gives times as text; the official types say `Date`, which no answer ever is. */
type Timed = "created_at" | "modified_at" | "expires_at";

it("takes what programs built with the official types", () => {
  expectTypeOf<official.ChatRequest>().toExtend<ours.ChatRequest>();
  expectTypeOf<official.GenerateRequest>().toExtend<ours.GenerateRequest>();
  expectTypeOf<official.EmbedRequest>().toExtend<ours.EmbedRequest>();
  expectTypeOf<official.EmbeddingsRequest>().toExtend<ours.EmbeddingsRequest>();
  expectTypeOf<official.CreateRequest>().toExtend<ours.CreateRequest>();
  expectTypeOf<official.PullRequest>().toExtend<ours.PullRequest>();
  expectTypeOf<official.PushRequest>().toExtend<ours.PushRequest>();
  expectTypeOf<official.ShowRequest>().toExtend<ours.ShowRequest>();
  expectTypeOf<official.CopyRequest>().toExtend<ours.CopyRequest>();
  expectTypeOf<official.DeleteRequest>().toExtend<ours.DeleteRequest>();
  expectTypeOf<official.WebSearchRequest>().toExtend<ours.WebSearchRequest>();
  expectTypeOf<official.WebFetchRequest>().toExtend<ours.WebFetchRequest>();
  expectTypeOf<official.SystemOneRequest>().toExtend<ours.SystemOneRequest>();
  expectTypeOf<Partial<official.Options>>().toExtend<ours.Options>();
  expectTypeOf<official.Message[]>().toExtend<ours.Message[]>();
  expectTypeOf<official.Tool[]>().toExtend<ours.Tool[]>();
});

it("gives what the official types promise, where an answer always has it", () => {
  expectTypeOf<ours.SystemOneResponse>().toExtend<official.SystemOneResponse>();
  expectTypeOf<ours.VersionResponse>().toExtend<official.VersionResponse>();
  expectTypeOf<ours.StatusResponse>().toExtend<official.StatusResponse>();
  expectTypeOf<ours.EmbeddingsResponse>().toExtend<official.EmbeddingsResponse>();
  expectTypeOf<ours.ErrorResponse>().toEqualTypeOf<official.ErrorResponse>();
  expectTypeOf<ours.WebSearchResponse>().toExtend<official.WebSearchResponse>();
  expectTypeOf<keyof Omit<official.ModelResponse, Timed | "size_vram">>().toExtend<keyof ours.ModelResponse>();
  expectTypeOf<ours.ChatResponse["message"]>().toExtend<official.Message>();
});

it("has every name that the official module exports", () => {
  // Each has to exist, or this does not compile.
  type Names = [
    ours.AbortableAsyncIterator<object>,
    ours.ChatRequest,
    ours.ChatResponse,
    ours.Config,
    ours.CopyRequest,
    ours.CreateRequest,
    ours.DeleteRequest,
    ours.EmbedRequest,
    ours.EmbedResponse,
    ours.EmbeddingsRequest,
    ours.EmbeddingsResponse,
    ours.ErrorResponse,
    ours.Fetch,
    ours.GenerateRequest,
    ours.GenerateResponse,
    ours.ListResponse,
    ours.Logprob,
    ours.Message,
    ours.ModelDetails,
    ours.ModelResponse,
    ours.Ollama,
    ours.Options,
    ours.ProgressResponse,
    ours.PullRequest,
    ours.PushRequest,
    ours.ShowRequest,
    ours.ShowResponse,
    ours.StatusResponse,
    ours.SystemOneAnswer,
    ours.SystemOneChoiceAnswer,
    ours.SystemOneChoiceQuestion,
    ours.SystemOneContent,
    ours.SystemOneNoulAnswer,
    ours.SystemOneNoulQuestion,
    ours.SystemOneQuestion,
    ours.SystemOneRequest,
    ours.SystemOneResponse,
    ours.SystemOneScoreAnswer,
    ours.SystemOneScoreQuestion,
    ours.SystemOneUsage,
    ours.TokenLogprob,
    ours.Tool,
    ours.ToolCall,
    ours.VersionResponse,
    ours.WebFetchRequest,
    ours.WebFetchResponse,
    ours.WebSearchRequest,
    ours.WebSearchResponse,
    ours.WebSearchResult,
  ];
  expectTypeOf<Names["length"]>().toEqualTypeOf<49>();
  expectTypeOf<keyof typeof official>().toExtend<keyof typeof ours>();
});

it("finds a misspelt option", () => {
  // @ts-expect-error: it is called `temperature`
  const options: ours.Options = { temprature: 0 };
  expectTypeOf(options.temperature).toEqualTypeOf<number | undefined>();
  // @ts-expect-error: it is called `quantize`
  const create: ours.CreateRequest = { model: "m", quantise: "q8_0" };
  expectTypeOf(create.model).toBeString();
});

it("takes the official client where an executor wants a client", () => {
  expectTypeOf<official.Ollama>().toExtend<ours.ExecutorClient>();
});
