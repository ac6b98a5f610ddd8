import { describe, expect, it } from "vitest";
import { encodeImage, encodeImages, hasImagesToEncode } from "./encode-images.js";

const bytes = Uint8Array.of(0, 1, 250, 255);
const base64 = "AAH6/w==";

describe("an image goes on the wire as base64", () => {
  it.each([
    ["bytes", bytes],
    ["a Buffer", Buffer.from(bytes)],
    ["a view into a larger buffer", new Uint8Array([9, ...bytes, 9]).subarray(1, 5)],
    ["an ArrayBuffer", bytes.buffer],
    ["a Blob", new Blob([bytes])],
    ["base64", base64],
    ["a data URL", `data:image/png;base64,${base64}`],
    ["a data URL with parameters", `DATA:image/png;charset=x;base64,${base64}`],
  ])("from %s", async (_what, image) => {
    expect(await encodeImage(image)).toBe(base64);
  });

  it.each(["not base64!", "/etc/passwd", "./cat.png", "", "data:text/plain,hello"])(
    "%j passes unchanged, for the server to judge",
    async (text) => {
      expect(await encodeImage(text)).toBe(text);
      expect(hasImagesToEncode({ images: [text] })).toBe(false);
    },
  );

  it("a large image comes whole", async () => {
    const large = new Uint8Array(200_001).map((_, index) => index % 251);
    expect(await encodeImage(large)).toBe(Buffer.from(large).toString("base64"));
  });
});

describe("a request with images", () => {
  it("is copied where something has to be encoded, and nowhere else", async () => {
    const plain = { role: "user", content: "a", images: [base64] };
    const request = { model: "m", messages: [plain, { role: "user", content: "b", images: [bytes, "x"] }] };
    const encoded = await encodeImages(request);
    expect(encoded.messages).toEqual([plain, { role: "user", content: "b", images: [base64, "x"] }]);
    expect(encoded.messages[0]).toBe(plain);
    expect(request.messages[1]?.images[0]).toBe(bytes);
  });

  it("with odd images is left for the server to judge", async () => {
    const request = { images: [5, null, { a: 1 }], messages: "text" };
    expect(hasImagesToEncode(request)).toBe(false);
    expect(await encodeImages(request)).toBe(request);
  });
});
