import { createExecutor, OllamaClient, OllamaError } from "@codo/ollama-core";
import { startTracing } from "@codo/ollama-core/tracing";
import { startEngine } from "@codo/ollama-engine";
import { context, metrics, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { ModelRunner } from "../src/index.js";
import { ScriptedExecutor } from "../src/testing.js";

const spans = new InMemorySpanExporter();
const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const meterProvider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter: metricExporter })] });
let engine: Awaited<ReturnType<typeof startEngine>>;
let stop: () => void;

beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }));
  metrics.setGlobalMeterProvider(meterProvider);
  stop = startTracing();
  engine = await startEngine();
});
afterAll(async () => {
  stop();
  await engine.stop();
  await meterProvider.shutdown();
});
afterEach(() => spans.reset());

/** Spans by their names, once so many have ended. */
async function ended(count: number): Promise<ReadableSpan[]> {
  await expect.poll(() => spans.getFinishedSpans().length).toBe(count);
  return spans.getFinishedSpans();
}

const parentOf = (span: ReadableSpan | undefined): string | undefined => span?.parentSpanContext?.spanId;
const idOf = (span: ReadableSpan | undefined): string | undefined => span?.spanContext().spanId;

it("a run is a span of the caller's, and the engine's work a span of the run", async () => {
  const executor = createExecutor(new OllamaClient({ host: engine.url }));
  const tracer = trace.getTracer("program");
  const result = await tracer.startActiveSpan("program", async (span) => {
    const { result: done } = executor.execute({
      model: "codo-tiny",
      messages: [{ role: "user", content: "Why is the sky blue?" }],
      options: { temperature: 0, numPredict: 8 },
    });
    const finished = await done;
    span.end();
    return finished;
  });
  const all = await ended(3);
  const [program, run, served] = [
    all.find(({ name }) => name === "program"),
    all.find(({ kind }) => kind === SpanKind.CLIENT),
    all.find(({ kind }) => kind === SpanKind.SERVER),
  ];
  expect([run?.name, served?.name]).toEqual(["chat codo-tiny", "chat codo-tiny"]);
  expect([parentOf(run), parentOf(served)]).toEqual([idOf(program), idOf(run)]);
  const { usage } = result.metadata;
  expect(run?.attributes).toMatchObject({
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "ollama",
    "gen_ai.request.model": "codo-tiny",
    "gen_ai.request.temperature": 0,
    "gen_ai.request.max_tokens": 8,
    "gen_ai.usage.input_tokens": usage.promptTokens,
    "gen_ai.usage.output_tokens": 8,
    "gen_ai.response.finish_reasons": ["length"],
    "gen_ai.response.id": result.id,
    "server.address": "127.0.0.1",
    "server.port": Number(new URL(engine.url).port),
  });
  expect(served?.attributes).toMatchObject({ "gen_ai.usage.output_tokens": 8 });
  expect(JSON.stringify(all.map(({ attributes, events }) => ({ attributes, events })))).not.toMatch(/sky/);
});

it("the runs of a batch belong to the batch", async () => {
  const runner = new ModelRunner(createExecutor(new OllamaClient({ host: engine.url })));
  await runner.runBatch("codo-tiny", ["Hello", "Hi", "Bye"], { numPredict: 4 }, { concurrency: 2 });
  const all = await ended(7);
  const batch = all.find(({ name }) => name === "batch codo-tiny");
  expect(batch?.attributes).toMatchObject({ "codo.batch.total": 3, "codo.batch.succeeded": 3, "codo.batch.failed": 0 });
  const runs = all.filter(({ kind }) => kind === SpanKind.CLIENT);
  expect(runs.map(parentOf)).toEqual([idOf(batch), idOf(batch), idOf(batch)]);
});

it("a failure has its code, and no prompt", async () => {
  const executor = createExecutor(new OllamaClient({ host: engine.url }));
  await executor.execute({ model: "nowhere", prompt: "secret words" });
  const [failed, served] = [
    (await ended(2)).find(({ kind }) => kind === SpanKind.CLIENT),
    spans.getFinishedSpans().find(({ kind }) => kind === SpanKind.SERVER),
  ];
  expect(failed?.attributes["error.type"]).toBe("MODEL_NOT_FOUND");
  expect([failed?.status.code, served?.status.code]).toEqual([SpanStatusCode.ERROR, SpanStatusCode.ERROR]);
  expect(JSON.stringify(failed?.attributes)).not.toContain("secret");
});

it("a batch that is aborted ends as a failed span", async () => {
  const runner = new ModelRunner(new ScriptedExecutor({ reply: () => ({ chunks: ["a"] }) }));
  const batch = runner.runBatch("m", ["a"], {}, { signal: AbortSignal.abort() });
  await expect(batch).rejects.toSatisfy(OllamaError.is);
  expect((await ended(1))[0]).toMatchObject({ name: "batch m", attributes: { "error.type": "ABORTED" } });
});

it("metrics have the conventions' names and units", async () => {
  await meterProvider.forceFlush();
  const found = metricExporter
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  const units = Object.fromEntries(found.map(({ descriptor }) => [descriptor.name, descriptor.unit]));
  expect(units).toEqual({
    "gen_ai.client.operation.duration": "s",
    "gen_ai.client.operation.time_to_first_chunk": "s",
    "gen_ai.client.token.usage": "{token}",
    "gen_ai.server.request.duration": "s",
    "gen_ai.server.time_to_first_token": "s",
  });
  const tokens = found.find(({ descriptor }) => descriptor.name === "gen_ai.client.token.usage");
  expect(tokens?.dataPoints.map(({ attributes }) => attributes["gen_ai.token.type"])).toContain("output");
});
