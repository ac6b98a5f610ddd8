import { OllamaError } from "@codo/ollama-contract";

/** What a system error means and what to do about it, in words. */
const MEANINGS: Readonly<Record<string, readonly [reason: string, advice: string]>> = {
  ENOENT: ["there is no such file or folder", "Check the path."],
  EACCES: ["access is denied", "Check the owner and the mode of the file and its folder."],
  EPERM: ["the operation is not permitted", "Check the owner and the mode of the file and its folder."],
  EROFS: ["the file system is read-only", "Choose another place."],
  ENOSPC: ["the disk is full", "Free some space and try again."],
  EDQUOT: ["the disk quota is used up", "Free some space and try again."],
  EFBIG: ["the file would be larger than the system allows", "Raise the limit and try again."],
  EMFILE: ["too many files are open", "Close some, or raise the limit, and try again."],
  ENOTDIR: ["a part of the path is a file", "Choose another place."],
  EISDIR: ["it is a folder", "Name a file."],
  EEXIST: ["there is something of that name already", "Choose another name."],
  ENAMETOOLONG: ["the name is too long", "Choose a shorter name."],
  ELOOP: ["its symbolic links lead in a circle", "Check the path."],
};

/**
 * The error for a failed file operation: what was tried, with which path, and what to do. An {@link OllamaError}
 * passes through unchanged. `details` has `path` and the system's `errno`.
 * @param action what was tried, such as `"read"` or `"save"`
 * @param advice what to do, where the caller knows better than the system's code says
 */
export function storageFailed(
  action: string,
  path: string,
  { cause, advice }: { cause: unknown; advice?: string },
): OllamaError {
  if (OllamaError.is(cause)) return cause;
  const errno = errorCode(cause);
  const [reason, remedy] = MEANINGS[errno ?? ""] ?? [
    cause instanceof Error ? cause.message : String(cause),
    "Look at the path, then try again.",
  ];
  return new OllamaError("STORAGE_FAILED", `Could not ${action} ${path}: ${reason}.`, {
    cause,
    advice: advice ?? remedy,
    details: { path, ...(errno === undefined ? {} : { errno }) },
  });
}

/**
 * The system's code of an error (`"ENOENT"`): of the error itself, or the one that a {@link storageFailed} error was
 * made of; `undefined` for any other value.
 */
export function errorCode(error: unknown): string | undefined {
  const code = OllamaError.is(error) ? error.details.errno : (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === "string" ? code : undefined;
}
