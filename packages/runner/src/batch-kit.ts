export { AutoLimit, type AutoLimitBounds } from "./batch/auto-limit.js";
export { BatchKeys } from "./batch/batch-keys.js";
export { type BatchDefaults, idOf, toBatchRequest } from "./batch/batch-request.js";
export { type ConcurrencyLimit, fixedLimit, type RequestSample } from "./batch/concurrency-limit.js";
export { unknownFieldWarnings } from "./batch/item-fields.js";
export { contentHash, optionsFingerprint } from "./journal/item-key.js";
export { Journal, type JournalOwner } from "./journal/journal.js";
export {
  type JournalLine,
  type PlacedJournalLine,
  parseLine as parseJournalLine,
  readJournalLines,
} from "./journal/journal-line.js";
export { KeyStates } from "./journal/key-states.js";
export { failedResult, toOllamaError } from "./results/failed-result.js";
