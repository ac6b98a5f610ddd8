/**
 * The version of Ollama whose manners the engine has. Clients compare it to see what a server can do, so that it is
 * Ollama's number and not the package's own.
 */
export const OLLAMA_VERSION = "0.33.0";
