/** Answer of `GET /api/version`. */
export interface VersionResponse {
  version: string;
  [field: string]: unknown;
}

/** Answer of `GET /api/status`. */
export interface ServerStatusResponse {
  cloud?: { disabled?: boolean; source?: string; [field: string]: unknown };
  [field: string]: unknown;
}

/** Answer of `POST /api/me`: who is signed in at ollama.com. */
export interface MeResponse {
  id?: string;
  email?: string;
  name?: string;
  [field: string]: unknown;
}
