/** Where the results of a file go when no journal is named. */
export function journalBeside(input: string): string {
  return `${input.replace(/\.(jsonl|ndjson|json|csv|tsv|tab|txt)$/i, "")}.results.jsonl`;
}
