import { OllamaError } from "@codo/ollama-contract";
import { findLlamaServer, LLAMA_SERVER_VARIABLE } from "./inference/find-llama-server.js";
import type { StartInference } from "./inference/inference-contract.js";
import { InferenceError } from "./inference/inference-error.js";
import { startLlamaServer } from "./inference/llama-server/start-llama-server.js";
import { startInference } from "./inference/start-inference.js";

/**
 * Chooses what computes: a `llama-server` that is named (`auto` is the one on the PATH), else the built-in llama.cpp. On
 * a machine for which that has no binaries, a `llama-server` on the PATH takes its place.
 */
export function chooseInference(named: string | undefined): StartInference {
  if (named === undefined || named === "") return withFallback;
  return async (options, signal) => {
    const binary = named === "auto" ? findLlamaServer() : named;
    if (binary === undefined) {
      throw new InferenceError("load", `There is no llama-server on the PATH: name one in ${LLAMA_SERVER_VARIABLE}.`);
    }
    return await startLlamaServer(binary)(options, signal);
  };
}

const withFallback: StartInference = async (options, signal) => {
  try {
    return await startInference(options, signal);
  } catch (error) {
    const binary = OllamaError.is(error) && error.details.isWithoutBinaries === true ? findLlamaServer() : undefined;
    if (binary === undefined) throw error;
    return await startLlamaServer(binary)(options, signal);
  }
};
