import { OllamaError } from "@codo/ollama-contract";

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full. Free some space",
  EDQUOT: "the disk quota is used up. Free some space",
  EFBIG: "the file would be larger than the system allows. Raise the limit",
  EACCES: "access is denied. Check the folder's owner and mode",
  EPERM: "the operation is not permitted. Check the folder's owner and mode",
  EROFS: "the file system is read-only. Choose another output folder",
  ENOTDIR: "a part of the path is a file. Choose another output folder",
  EMFILE: "too many files are open. Close some or raise the limit",
};

/**
 * Makes the error for a failed file operation: what was tried, with which path, and what to do.
 * An {@link OllamaError} passes through unchanged.
 */
export function storageFailed(action: string, path: string, cause: unknown): OllamaError {
  if (OllamaError.is(cause)) return cause;
  const errno = errorCode(cause);
  const reason = REASONS[errno ?? ""] ?? `${cause instanceof Error ? cause.message : String(cause)}. Look at the path`;
  return new OllamaError("STORAGE_FAILED", `Could not ${action} ${path}: ${reason}, then try again.`, {
    cause,
    details: { path, ...(errno === undefined ? {} : { errno }) },
  });
}

/** The `code` of a system error (`"ENOENT"`), or `undefined` for any other value. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
