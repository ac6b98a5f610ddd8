/** Such as `cat.png`, `./pictures/cat.png`, `C:\cat.jpg`: base64 has no dot. */
const PATH = /^[^\n]{1,1000}\.(png|jpe?g|gif|webp|bmp|heic|tiff?|svg)$/i;

/** What to say of a request whose images look like paths, which the official client reads and this one does not. */
export function imagePathHint(request: { images?: unknown; messages?: unknown }): string | undefined {
  const messages: unknown[] = Array.isArray(request.messages) ? request.messages : [];
  const images = [request, ...messages].flatMap((part) => {
    const own = (part as { images?: unknown } | null | undefined)?.images;
    return Array.isArray(own) ? (own as unknown[]) : [];
  });
  const path = images.find((image): image is string => typeof image === "string" && PATH.test(image));
  if (path === undefined) return undefined;
  return `The image "${path}" looks like a path; text is never read as one. Give its bytes: images: [await imageFromFile("${path}")].`;
}
