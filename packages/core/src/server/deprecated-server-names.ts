import {
  type BackgroundServerInit,
  type BackgroundServerStart,
  type BackgroundServerStatus,
  backgroundServerStatus,
  startBackgroundServer,
  stopBackgroundServer,
} from "./background-server.js";

/** @deprecated Use {@link BackgroundServerInit}. */
export type LastingServerInit = BackgroundServerInit;
/** @deprecated Use {@link BackgroundServerStart}. */
export type LastingServerStart = BackgroundServerStart;
/** @deprecated Use {@link BackgroundServerStatus}. */
export type LastingServerStatus = BackgroundServerStatus;

/** @deprecated Use {@link startBackgroundServer}. */
export const startLastingServer: typeof startBackgroundServer = startBackgroundServer;
/** @deprecated Use {@link backgroundServerStatus}. */
export const lastingServerStatus: typeof backgroundServerStatus = backgroundServerStatus;
/** @deprecated Use {@link stopBackgroundServer}. */
export const stopLastingServer: typeof stopBackgroundServer = stopBackgroundServer;
