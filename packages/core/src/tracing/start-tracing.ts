import { AsyncLocalStorage } from "node:async_hooks";
import diagnostics, { type ChannelListener } from "node:diagnostics_channel";
import {
  BATCH_CHANNELS,
  type ChannelNames,
  ENGINE_CHANNELS,
  OUTGOING_HEADERS_CHANNEL,
  REQUEST_CHANNELS,
  SCOPE_CHANNELS,
} from "@codo/ollama-contract";
import { type Context, context, type Meter, metrics, propagation, type Tracer, trace } from "@opentelemetry/api";
import { batchSpans } from "./batch-spans.js";
import { engineSpans } from "./engine-spans.js";
import { requestSpans } from "./request-spans.js";
import { SpanKeeper } from "./span-keeper.js";
import type { TraceMessage } from "./trace-message.js";

/** Where spans and metrics go; all optional. */
export interface TracingOptions {
  /** @defaultValue the tracer `@codo/ollama` of the global provider */
  tracer?: Tracer;
  /** @defaultValue the meter `@codo/ollama` of the global provider */
  meter?: Meter;
}

const INSTRUMENTATION = "@codo/ollama";

/**
 * Makes OpenTelemetry spans and metrics, by the semantic conventions for generative AI, of what these packages do in this
 * process from now on: requests and runs of executors and managers, batches, and requests that the embedded engine serves.
 * A span belongs to the span that was active when its work was begun; runs of a batch belong to the batch. The trace
 * travels to the server as `traceparent`. No prompt and no answer is in any span. Needs `@opentelemetry/api`; install and
 * start an SDK before. Gives what ends it.
 */
export function startTracing(options: TracingOptions = {}): () => void {
  const tracer = options.tracer ?? trace.getTracer(INSTRUMENTATION);
  const meter = options.meter ?? metrics.getMeter(INSTRUMENTATION);
  const scope = new AsyncLocalStorage<Context>();
  const current = (): Context => scope.getStore() ?? context.active();
  const stops = [
    follow(REQUEST_CHANNELS, new SpanKeeper(requestSpans(meter), tracer, current), {
      name: SCOPE_CHANNELS.request,
      scope,
    }),
    follow(BATCH_CHANNELS, new SpanKeeper(batchSpans(), tracer, current), { name: SCOPE_CHANNELS.batch, scope }),
    follow(ENGINE_CHANNELS, new SpanKeeper(engineSpans(meter), tracer, current)),
    listen(OUTGOING_HEADERS_CHANNEL, (headers) => propagation.inject(current(), headers)),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Brings the messages of one kind of work to its spans. */
function follow(
  names: ChannelNames,
  keeper: SpanKeeper,
  inside?: { name: string; scope: AsyncLocalStorage<Context> },
): () => void {
  const stops = [
    listen(names.start, (message) => keeper.start(message as TraceMessage)),
    listen(names.firstToken, (message) => keeper.firstToken(message as TraceMessage)),
    listen(names.end, (message) => keeper.end(message as TraceMessage)),
    listen(names.error, (message) => keeper.fail(message as TraceMessage)),
  ];
  if (inside !== undefined) {
    const channel = diagnostics.channel(inside.name);
    channel.bindStore(inside.scope, (message) => keeper.contextOf(message as TraceMessage));
    stops.push(() => channel.unbindStore(inside.scope));
  }
  return () => {
    for (const stop of stops) stop();
    keeper.endAll();
  };
}

function listen(name: string, listener: ChannelListener): () => void {
  diagnostics.subscribe(name, listener);
  return () => diagnostics.unsubscribe(name, listener);
}
