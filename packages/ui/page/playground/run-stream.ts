import type { ModelExecutionResult } from "@codo/ollama-contract";
import { useEffect, useState } from "preact/hooks";
import type { RunEvent } from "../../src/index.js";
import { noteServerGone } from "../shell/connection.tsx";

/** What is known of a run by now. */
export interface RunState {
  model?: string;
  text: string;
  thinking: string;
  /** When the first piece came, in ms since the request was sent. */
  firstMs?: number;
  /** Pieces a second while they come; the server's own figure at the end. */
  tokensPerSecond?: number;
  result?: ModelExecutionResult;
  isKept: boolean;
  /** The connection is lost, and the browser tries again. */
  isBroken: boolean;
  error?: string;
  pieces: number;
}

const NOTHING: RunState = { text: "", thinking: "", isKept: false, isBroken: false, pieces: 0 };

/** It ended long ago, or the server was killed and started again: then nobody has kept the answer. */
const LOST = "The server no longer has this run. What came is shown; an answer that was kept is among the results.";

/** Follows a run from its beginning, also after a reload; the browser connects again by itself. */
export function useRun(id: string): RunState {
  const [state, setState] = useState(NOTHING);
  useEffect(() => {
    let now = NOTHING;
    let frame = 0;
    // Many pieces come between two pictures.
    const show = (next: RunState): void => {
      now = next;
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        setState(now);
      });
    };
    const source = new EventSource(`/api/runs/${encodeURIComponent(id)}/events`);
    source.onmessage = ({ data }: MessageEvent<string>) => {
      const event = JSON.parse(data) as RunEvent;
      show(after({ ...now, isBroken: false }, event));
      if (event.type === "kept" || event.type === "failed") source.close();
    };
    source.onerror = () => {
      noteServerGone();
      if (source.readyState !== EventSource.CLOSED) show({ ...now, isBroken: true });
      else show({ ...now, isBroken: false, error: LOST });
    };
    return () => {
      source.close();
      cancelAnimationFrame(frame);
    };
  }, [id]);
  return state;
}

function after(state: RunState, event: RunEvent): RunState {
  switch (event.type) {
    case "start":
      // After a lost connection a new server may tell it all again.
      return { ...NOTHING, model: event.model };
    case "text":
      return { ...withPiece(state, event.atMs), text: state.text + event.text };
    case "thinking":
      return { ...withPiece(state, event.atMs), thinking: state.thinking + event.text };
    case "end":
      return atEnd(state, event.result);
    case "kept":
      return { ...state, isKept: true };
    case "failed":
      return { ...state, error: event.message };
    default:
      return state;
  }
}

function withPiece(state: RunState, atMs: number | undefined): RunState {
  const pieces = state.pieces + 1;
  if (atMs === undefined) return { ...state, pieces };
  const firstMs = state.firstMs ?? atMs;
  const seconds = (atMs - firstMs) / 1000;
  return { ...state, pieces, firstMs, ...(seconds > 0 ? { tokensPerSecond: (pieces - 1) / seconds } : {}) };
}

function atEnd(state: RunState, result: ModelExecutionResult): RunState {
  const { timings, tokensPerSecond } = result.metadata;
  const { tokensPerSecond: _, firstMs: seenMs, ...rest } = state;
  const firstMs = timings.ttftMs ?? seenMs;
  return {
    ...rest,
    result,
    model: result.modelName,
    text: result.response,
    ...(firstMs === undefined ? {} : { firstMs }),
    ...(tokensPerSecond === undefined ? {} : { tokensPerSecond }),
  };
}
