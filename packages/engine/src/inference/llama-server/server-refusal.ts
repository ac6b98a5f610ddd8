import { InferenceError } from "../inference-error.js";

/** What a llama-server says of a request that it does not do. */
interface Refusal {
  message?: string;
  type?: string;
  n_prompt_tokens?: number;
  n_ctx?: number;
}

/** A refusal as this engine has it. @param text - the body of the answer */
export function toInferenceError(cause: Error, text: string): InferenceError {
  const refusal = readRefusal(text);
  const message = refusal.message ?? cause.message;
  if (refusal.type === "exceed_context_size_error") {
    const details = { promptTokenCount: refusal.n_prompt_tokens, numCtx: refusal.n_ctx };
    return new InferenceError("context", message, { cause, details });
  }
  if (/failed to load image or audio/i.test(message)) {
    const kinds = "it knows JPEG, PNG, GIF and BMP, and WAV, MP3 and FLAC where the model hears";
    return new InferenceError("input", `llama-server can't read one of the images: ${kinds}`, { cause });
  }
  // Markers and data did not go together: the server left out a sound that it can't hear, or an image that it can't see.
  if (/failed to tokenize prompt/i.test(message)) {
    const reason = "the model's projector does not support this kind of data: one is for images, another for sound";
    return new InferenceError("input", reason, { cause });
  }
  return new InferenceError(/grammar/i.test(message) ? "grammar" : "compute", message, { cause });
}

function readRefusal(text: string): Refusal {
  try {
    return (JSON.parse(text) as { error?: Refusal }).error ?? {};
  } catch {
    return {};
  }
}
