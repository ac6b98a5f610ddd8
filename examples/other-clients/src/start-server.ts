// The server that the programs ask here: the embedded engine, which has the model `codo-tiny`.
export { startEngine } from "@codo/ollama-engine";
