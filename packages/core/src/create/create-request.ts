import type { UploadProgress } from "../blobs/upload-progress.js";
import type { WireCreateRequest } from "../wire/model-management.js";

/** What `create` takes: the wire's body, or a Modelfile or local files to make it from. */
export interface CreateRequest extends WireCreateRequest {
  /** The text of a Modelfile. What the request itself sets overrides it. */
  modelfile?: string;
  /** The folder that relative paths in the Modelfile and in `gguf` start from. @defaultValue the working directory */
  baseDirectory?: string;
  /**
   * Whether the Modelfile may name files outside its folder (`baseDirectory`): absolute paths, `~`, `..`, links that lead
   * out. A Modelfile that somebody else wrote could otherwise have any file of yours uploaded. @defaultValue `false`
   */
  allowOutside?: boolean;
  /** Path of a local GGUF file, or of several; hashed and uploaded as a stream, unless the server has it. */
  gguf?: string | string[];
  /** Called with the progress of the upload of local files. */
  onUpload?: (progress: UploadProgress) => void;
}

/** Where a path to a local file was written. */
export interface FileOrigin {
  /** The folder that a relative path starts from. */
  baseDirectory: string | undefined;
  /** Whether the file has to lie in that folder, links followed. */
  isConfined: boolean;
}

/** The files of this machine, where there are any to be had. */
export interface LocalFiles {
  /** The model's files at a path: the file itself, or those of a folder, each with the name the server gets. */
  list(path: string, from: FileOrigin): Promise<{ name: string; path: string }[]>;
  /** Whether the server has the content of a digest. */
  has(digest: string, signal: AbortSignal): Promise<boolean>;
  /** Puts a file on the server and gives its digest. */
  upload(path: string, onUpload: CreateRequest["onUpload"], signal: AbortSignal): Promise<string>;
}
