/** Why a command is asked to end when what it writes to has closed (`codo … | head`) or takes no more. */
export class OutputLost extends Error {
  /** The system's code: `EPIPE` for a reader that left. */
  readonly code: string;

  constructor(cause: NodeJS.ErrnoException) {
    super(`The output could not be written (${cause.code}).`, { cause });
    this.name = "AbortError";
    this.code = cause.code ?? "unknown";
  }
}

/** Whether the reader of the output has left, which is no error and is not reported. */
export function isReaderGone({ reason }: AbortSignal): boolean {
  return reason instanceof OutputLost && reason.code === "EPIPE";
}
