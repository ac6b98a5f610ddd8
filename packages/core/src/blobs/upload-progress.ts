/** Where the upload of one file is. */
export interface UploadProgress {
  path: string;
  digest: string;
  completedBytes: number;
  totalBytes: number;
  /** Whether the server had the blob already, so that nothing was sent. */
  skipped: boolean;
}
