import {
  type Attributes,
  type Context,
  propagation,
  type Span,
  type SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { TraceMessage } from "./trace-message.js";

/** How one kind of work is written as spans and metrics. */
export interface SpanWriter {
  kind: SpanKind;
  nameOf(start: TraceMessage): string;
  attributesOf(start: TraceMessage): Attributes;
  /** Attributes that are known at the end. */
  endAttributes(end: TraceMessage): Attributes;
  /** Records metrics: of the first token, and of the end or the failure, whose `error.type` is given. */
  onFirstToken?(start: TraceMessage, first: TraceMessage): void;
  onEnd?(start: TraceMessage, end: TraceMessage, errorType: string | undefined): void;
}

/** The spans of one kind of work that is under way. */
export class SpanKeeper {
  readonly #writer: SpanWriter;
  readonly #tracer: Tracer;
  readonly #parent: () => Context;
  readonly #open = new Map<string, { span: Span; context: Context; start: TraceMessage }>();

  constructor(writer: SpanWriter, tracer: Tracer, parent: () => Context) {
    this.#writer = writer;
    this.#tracer = tracer;
    this.#parent = parent;
  }

  start(message: TraceMessage): void {
    const { kind } = this.#writer;
    const own = this.#parent();
    // What comes from outside belongs to its sender.
    const { traceparent } = message;
    const parent = traceparent === undefined ? own : propagation.extract(own, { traceparent });
    const attributes = this.#writer.attributesOf(message);
    const span = this.#tracer.startSpan(this.#writer.nameOf(message), { kind, attributes }, parent);
    this.#open.set(message.id, { span, context: trace.setSpan(parent, span), start: message });
  }

  /** What runs inside belongs to this context. */
  contextOf({ id }: TraceMessage): Context {
    return this.#open.get(id)?.context ?? this.#parent();
  }

  firstToken(message: TraceMessage): void {
    const open = this.#open.get(message.id);
    if (open === undefined) return;
    open.span.addEvent("gen_ai.first_token");
    this.#writer.onFirstToken?.(open.start, message);
  }

  end(message: TraceMessage): void {
    const open = this.#close(message);
    if (open === undefined) return;
    open.span.setAttributes(this.#writer.endAttributes(message));
    this.#writer.onEnd?.(open.start, message, undefined);
    open.span.end();
  }

  fail(message: TraceMessage): void {
    const open = this.#close(message);
    if (open === undefined) return;
    const { error, code } = message;
    const errorType = code ?? (error instanceof Error ? error.name : "_OTHER");
    open.span.setAttributes({ ...this.#writer.endAttributes(message), "error.type": errorType });
    open.span.setStatus({
      code: SpanStatusCode.ERROR,
      message: error instanceof Error ? error.message : String(error),
    });
    this.#writer.onEnd?.(open.start, message, errorType);
    open.span.end();
  }

  /** Nobody will end them any more. */
  endAll(): void {
    for (const { span } of this.#open.values()) span.end();
    this.#open.clear();
  }

  #close({ id }: TraceMessage): { span: Span; start: TraceMessage } | undefined {
    const open = this.#open.get(id);
    this.#open.delete(id);
    return open;
  }
}
