import type { ModelExecutionResult } from "@codo/ollama-contract";
import { useEffect, useState } from "preact/hooks";
import type { RunEvent } from "../src/index.js";

/** What is known of a run by now. */
export interface RunState {
  text: string;
  thinking: string;
  result?: ModelExecutionResult;
  isKept: boolean;
  error?: string;
}

const NOTHING: RunState = { text: "", thinking: "", isKept: false };

/** Follows a run from its beginning, also after a reload; the browser connects again by itself. */
export function useRun(id: string): RunState {
  const [state, setState] = useState(NOTHING);
  useEffect(() => {
    if (id === "") return;
    let now = NOTHING;
    let frame = 0;
    const source = new EventSource(`/api/runs/${encodeURIComponent(id)}/events`);
    source.onmessage = ({ data }: MessageEvent<string>) => {
      const event = JSON.parse(data) as RunEvent;
      now = after(now, event);
      if (event.type === "kept" || event.type === "failed") source.close();
      // Many pieces come between two pictures.
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        setState(now);
      });
    };
    source.onerror = () => {
      // A run that the server no longer has is among the results.
      if (source.readyState === EventSource.CLOSED && now === NOTHING) {
        setState({ ...NOTHING, error: "This run is over; its answer is among the results." });
      }
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
    case "text":
      return { ...state, text: state.text + event.text };
    case "thinking":
      return { ...state, thinking: state.thinking + event.text };
    case "end":
      return { ...state, result: event.result, text: event.result.response };
    case "kept":
      return { ...state, isKept: true };
    case "failed":
      return { ...state, error: event.message };
    default:
      return state;
  }
}
