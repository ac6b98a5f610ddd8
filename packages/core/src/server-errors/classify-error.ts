import type { OllamaErrorCode } from "@codo/ollama-contract";

/**
 * Texts that say more than their status does: the server answers a wrong option with 500, a prompt that is too long
 * with 400 or 500, a missing capability with 400, 500 or 501. Source: recordings of Ollama 0.33.
 */
const BY_TEXT: [RegExp, OllamaErrorCode][] = [
  [/exceeds the (available )?context (size|length)|exceed_context_size/i, "CONTEXT_OVERFLOW"],
  [/does not support \w|is not supported|not support (multimodal|embeddings)/i, "MODEL_LACKS_CAPABILITY"],
  [/^model (?:'[^']*'|"[^"]*") not found/i, "MODEL_NOT_FOUND"],
  [/try pulling it first|pull model manifest: file does not exist/i, "MODEL_NOT_FOUND"],
  [/server busy|maximum pending requests/i, "SERVER_BUSY"],
  [/^option "[^"]*" must be of type/i, "INVALID_REQUEST"],
  [/^(?:invalid format|template): /i, "INVALID_REQUEST"],
  [/^unsupported quantization type|^quantization is only supported/i, "INVALID_REQUEST"],
];

/** Texts that look like a missing capability and are none. */
const NO_CAPABILITY = /^raw mode does not support|^model architecture/i;

const BY_STATUS: Record<number, OllamaErrorCode> = {
  401: "UNAUTHORIZED",
  403: "UNAUTHORIZED",
  429: "SERVER_BUSY",
  501: "MODEL_LACKS_CAPABILITY",
  503: "SERVER_BUSY",
};

/** The code of an error that the server reported: by what the text says, else by the status; no status is mid-stream. */
export function classifyServerError(status: number | undefined, text: string): OllamaErrorCode {
  for (const [pattern, code] of BY_TEXT) {
    if (pattern.test(text) && !(code === "MODEL_LACKS_CAPABILITY" && NO_CAPABILITY.test(text))) return code;
  }
  if (status === undefined) return "SERVER_ERROR";
  return BY_STATUS[status] ?? (status < 500 ? "INVALID_REQUEST" : "SERVER_ERROR");
}
