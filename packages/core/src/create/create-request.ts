import type { UploadProgress } from "../blobs/upload-progress.js";
import type { WireCreateRequest } from "../wire/model-management.js";

/** What `create` takes: the wire's body, or a Modelfile or local files to make it from. */
export interface CreateRequest extends WireCreateRequest {
  /** The text of a Modelfile. What the request itself sets goes before it. */
  modelfile?: string;
  /** The folder that relative paths in the Modelfile and in `gguf` start from. @defaultValue the working directory */
  baseDirectory?: string;
  /** Path of a local GGUF file, or of several; hashed and uploaded as a stream, unless the server has it. */
  gguf?: string | string[];
  /** Told how the upload of local files goes. */
  onUpload?: (progress: UploadProgress) => void;
}

/** The files of this machine, where there are any to be had. */
export interface LocalFiles {
  /** The model's files at a path: the file itself, or those of a folder, each with the name the server gets. */
  list(path: string, baseDirectory: string | undefined): Promise<{ name: string; path: string }[]>;
  /** Puts a file on the server and gives its digest. */
  upload(path: string, onUpload: CreateRequest["onUpload"], signal: AbortSignal): Promise<string>;
}
