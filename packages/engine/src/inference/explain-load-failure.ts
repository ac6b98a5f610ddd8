import { readGguf } from "../gguf/read-gguf.js";

/** How tensors of encoders of images and sound begin. Source: llama.cpp's `clip-impl.h`, and the files that Ollama ships. */
const ENCODER_TENSOR = /^(v|a|mm|vision|vision_tower|vision_model|multi_modal_projector)\./;

/** What is known to be the reason why llama.cpp refuses a file, and which file would do; empty where nothing is known. */
export async function explainLoadFailure(modelPath: string, message: string): Promise<string> {
  if (/unknown model architecture/.test(message)) {
    return " This llama.cpp does not know the architecture; a newer llama-server may (CODO_ENGINE_LLAMA_SERVER names it), or an Ollama server.";
  }
  const file = await readGguf(modelPath).catch(() => undefined);
  const encoder = file?.tensors.filter(({ name }) => ENCODER_TENSOR.test(name)) ?? [];
  if (encoder.length > 0) {
    return ` The file also holds an encoder of images or sound (${encoder.length} tensors such as ${encoder[0]?.name}), as Ollama's own engine wants it; llama.cpp wants that in a file of its own. Pull a GGUF that is made for llama.cpp, such as one of hf.co/ggml-org, or run this one by an Ollama server.`;
  }
  const missing = /key not found in model: (\S+)/.exec(message)?.[1];
  if (missing === undefined) return "";
  return ` The file lacks the metadata ${missing} that llama.cpp reads: it is made for Ollama's own engine. Pull a GGUF that is made for llama.cpp, such as one of hf.co/ggml-org, or run this one by an Ollama server.`;
}
