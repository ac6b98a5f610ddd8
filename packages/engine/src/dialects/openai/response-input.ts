import { ApiError } from "../../http/api-error.js";
import { isObject } from "../../wire/decode-body.js";
import type { Native } from "../translated-exchange.js";
import { imageData, readArguments } from "./chat-messages.js";

/** The input of a response as messages of ours. @throws ApiError (400) with the real server's words */
export function readInput(instructions: string | undefined, input: unknown): Native[] {
  const system = instructions ? [{ role: "system", content: instructions }] : [];
  if (typeof input === "string") return input === "" ? system : [...system, { role: "user", content: input }];
  if (!Array.isArray(input)) throw new ApiError(400, "input must be a string or array");
  const reader = new InputReader();
  for (const [index, item] of input.entries()) reader.read(item, index);
  return [...system, ...reader.messages];
}

class InputReader {
  readonly messages: Native[] = [];
  readonly #toolOf = new Map<unknown, unknown>();
  #thinking: string | undefined;

  read(item: unknown, index: number): void {
    if (!isObject(item)) throw new ApiError(400, `input[${index}]: input item missing required 'type' field`);
    const type = item.type ?? (item.role === undefined ? undefined : "message");
    switch (type) {
      case "message":
        this.messages.push(this.#withThought({ role: roleOf(item), ...readContent(item.content) }));
        break;
      case "function_call":
        this.#call(item);
        break;
      case "function_call_output":
        this.messages.push(this.#output(item));
        break;
      case "reasoning":
        this.#thinking = typeof item.encrypted_content === "string" ? item.encrypted_content : undefined;
        break;
      default:
        throw new ApiError(400, `input[${index}]: unknown input item type: ${JSON.stringify(type)}`);
    }
  }

  #call({ call_id: id, name, arguments: given }: Native): void {
    this.#toolOf.set(id, name);
    const call = { id, function: { name, arguments: readArguments(given ?? "") } };
    const last = this.messages.at(-1);
    // Calls that follow one another are one turn.
    if (last?.role === "assistant") last.tool_calls = [...((last.tool_calls as unknown[] | undefined) ?? []), call];
    else this.messages.push(this.#withThought({ role: "assistant", content: "", tool_calls: [call] }));
  }

  #output({ call_id: id, output }: Native): Native {
    const name = this.#toolOf.get(id);
    return {
      role: "tool",
      ...readContent(output),
      tool_call_id: id,
      ...(typeof name === "string" && { tool_name: name }),
    };
  }

  #withThought(message: Native): Native {
    if (message.role !== "assistant" || this.#thinking === undefined) return message;
    const thinking = this.#thinking;
    this.#thinking = undefined;
    return { ...message, thinking };
  }
}

function roleOf({ role }: Native): unknown {
  return role === "developer" ? "system" : role;
}

function readContent(content: unknown): Native {
  if (typeof content === "string") return { content };
  if (!Array.isArray(content)) throw new ApiError(400, "content must be a string or array");
  let text = "";
  const images: string[] = [];
  for (const part of content) {
    if (!isObject(part)) throw new ApiError(400, "unknown content type: ");
    if (part.type === "input_text" || part.type === "output_text") text += String(part.text ?? "");
    else if (part.type === "input_image" && typeof part.image_url === "string") images.push(imageData(part.image_url));
    else throw new ApiError(400, `unknown content type: ${String(part.type)}`);
  }
  return { content: text, ...(images.length > 0 && { images }) };
}
