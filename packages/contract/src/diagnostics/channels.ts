// Names of the `node:diagnostics_channel` channels on which the packages publish what they do, for any program that wants to
// measure or trace it. Prompts and answers are in no message.

/** The channels of one kind of work: `start`, perhaps `firstToken`, then exactly one of `end` and `error`. */
export interface ChannelNames {
  readonly start: string;
  readonly firstToken: string;
  readonly end: string;
  readonly error: string;
}

/** Every request of an executor or a manager; the package core publishes them. */
export const REQUEST_CHANNELS = {
  start: "codo:ollama:request:start",
  firstToken: "codo:ollama:request:first-token",
  end: "codo:ollama:request:end",
  error: "codo:ollama:request:error",
} as const;

/** Every batch; the package runner publishes them. */
export const BATCH_CHANNELS = {
  start: "codo:ollama:batch:start",
  firstToken: "codo:ollama:batch:first-token",
  end: "codo:ollama:batch:end",
  error: "codo:ollama:batch:error",
} as const;

/** Every chat, generate and embed request that the embedded engine serves; the package engine publishes them. */
export const ENGINE_CHANNELS = {
  start: "codo:ollama:engine:start",
  firstToken: "codo:ollama:engine:first-token",
  end: "codo:ollama:engine:end",
  error: "codo:ollama:engine:error",
} as const;

/** On this channel a tracer adds headers (`traceparent`) to the record that a request is about to be sent with. */
export const OUTGOING_HEADERS_CHANNEL = "codo:ollama:request:headers";

/**
 * What runs inside a request or a batch runs in the stores that are bound to its channel (`channel.bindStore`), with
 * the message `{ id, … }`: so a tracer learns what belongs to what.
 */
export const SCOPE_CHANNELS = {
  request: "codo:ollama:request:scope",
  batch: "codo:ollama:batch:scope",
} as const;
