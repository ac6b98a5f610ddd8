/** How to get a model, for a person: half a sentence. */
export function howToGetOne(name = "NAME"): string {
  return `\`codo models pull ${name}\` gets one, \`codo models create ${name} --gguf FILE\` makes one from a GGUF file`;
}
