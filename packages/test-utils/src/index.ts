export { freePort } from "./free-port.js";
export { startTestServer, type TestServer } from "./http-server.js";
export { type RegistryFaults, ScriptedRegistry } from "./registry/scripted-registry.js";
export { type ReplayOptions, type ReplayServer, startReplayServer } from "./replay/replay-server.js";
export { type RawRequest, readRequests } from "./replay/request-reader.js";
export {
  chunkBytes,
  type RecordedChunk,
  type RecordedExchange,
  type RecordedRequest,
  type RecordedResponse,
  readTranscript,
  requestBodyOf,
  responseBytes,
  type Transcript,
  transcriptNames,
} from "./replay/transcript.js";
