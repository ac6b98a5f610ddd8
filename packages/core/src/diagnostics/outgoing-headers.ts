import diagnostics from "node:diagnostics_channel";
import { OUTGOING_HEADERS_CHANNEL } from "@codo/ollama-contract";

const channel = diagnostics.channel(OUTGOING_HEADERS_CHANNEL);

/** Headers that a tracer adds to a request, such as `traceparent`; absent where nobody does. */
export function traceHeaders(): Record<string, string> | undefined {
  if (!channel.hasSubscribers) return undefined;
  const headers: Record<string, string> = {};
  channel.publish(headers);
  return headers;
}
