/** What stands in a prompt where an image or a sound goes, as a real server writes it. */
export function mediaTag(number: number): string {
  return `[img-${number}]`;
}

const TAG = /\[img-(\d+)\]/;

/** A prompt at its tags: the text before each of the media, and the rest. Tags that no media have are text. */
export function splitAtMedia(prompt: string, media: readonly string[]): { texts: string[]; media: string[] } {
  const texts = [""];
  const used: string[] = [];
  // Splitting by a group leaves the numbers between the texts.
  prompt.split(TAG).forEach((piece, index) => {
    const image = index % 2 === 1 ? media[Number(piece)] : undefined;
    if (image === undefined) texts.push(`${texts.pop() ?? ""}${index % 2 === 1 ? `[img-${piece}]` : piece}`);
    else {
      used.push(image);
      texts.push("");
    }
  });
  return { texts, media: used };
}
