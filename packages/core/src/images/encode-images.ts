import type { ImageInput } from "../wire/model-options.js";

const DATA_URL = /^data:[^,]*;base64,/i;

/** Something that may carry images: a generate request, or a message of a chat. */
interface WithImages {
  images?: unknown;
  messages?: unknown;
}

/**
 * A request whose images are base64 text, as the wire wants them. The request itself is never changed: a copy is made
 * where something has to be encoded, and otherwise the very same object comes back.
 */
export async function encodeImages<T extends WithImages>(request: T): Promise<T> {
  let encoded = await encodeOwnImages(request);
  if (Array.isArray(request.messages) && request.messages.some(needsEncoding)) {
    encoded = { ...encoded, messages: await Promise.all(request.messages.map(encodeOwnImages)) };
  }
  return encoded;
}

/** Whether {@link encodeImages} has anything to do; so that the usual request does not wait for it. */
export function hasImagesToEncode(request: WithImages): boolean {
  return needsEncoding(request) || (Array.isArray(request.messages) && request.messages.some(needsEncoding));
}

/** One image as base64 text. Text that is no `data:` URL passes unchanged: the server judges it. */
export async function encodeImage(image: ImageInput): Promise<string> {
  if (typeof image === "string") return image.replace(DATA_URL, "");
  if (image instanceof Blob) return toBase64(new Uint8Array(await image.arrayBuffer()));
  return toBase64(image instanceof Uint8Array ? image : new Uint8Array(image));
}

async function encodeOwnImages<T>(value: T): Promise<T> {
  if (!needsEncoding(value)) return value;
  const images = (value as { images: unknown[] }).images;
  return {
    ...value,
    images: await Promise.all(images.map((image) => (isEncodable(image) ? encodeImage(image) : image))),
  };
}

function needsEncoding(value: unknown): boolean {
  const images = (value as WithImages | null | undefined)?.images;
  return Array.isArray(images) && images.some((image) => isEncodable(image));
}

function isEncodable(image: unknown): image is ImageInput {
  if (typeof image === "string") return DATA_URL.test(image);
  return image instanceof Uint8Array || image instanceof ArrayBuffer || image instanceof Blob;
}

/** `btoa` takes a string of bytes; it is built in slices, because a call takes only so many arguments. */
function toBase64(bytes: Uint8Array): string {
  const sliceBytes = 0x8000;
  let binary = "";
  for (let offset = 0; offset < bytes.length; offset += sliceBytes) {
    binary += String.fromCharCode(...bytes.subarray(offset, offset + sliceBytes));
  }
  return btoa(binary);
}
