export { ERROR_CODES, type OllamaErrorCode } from "./errors/error-codes.js";
export { OllamaError, type OllamaErrorInit, type SerializedOllamaError } from "./errors/ollama-error.js";
