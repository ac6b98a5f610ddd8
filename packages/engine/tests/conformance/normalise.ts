/** Takes out of a text what differs from store to store, and how many tokens the tokenizer makes of a prompt. */
export function normalise(text: string, folder: string): string {
  return (
    text
      .replaceAll(JSON.stringify(folder).slice(1, -1), "/models")
      .replace(/request \(\d+ tokens\)/g, "request (<n> tokens)")
      .replace(/(n_prompt_tokens[\\"]*:)\d+/g, "$1<n>")
      .replace(/(pulling|pushing) [0-9a-f]{12}/g, (whole, verb: string) =>
        /(.)\1{11}/.test(whole) ? whole : `${verb} <digest>`,
      )
      // Nothing leaves the machine here, and nothing left the recorded one: it did not find the name.
      .replace(/dial tcp(: lookup)? registry\.ollama\.ai[^"\\]*/g, "dial tcp <no network>")
      .replace(/sha256([:-])[0-9a-f]{64}/g, (whole, separator: string) =>
        // Digests that a request made up are the same everywhere.
        /(.)\1{63}/.test(whole) ? whole : `sha256${separator}<digest>`,
      )
  );
}
