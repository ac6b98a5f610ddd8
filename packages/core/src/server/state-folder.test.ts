import { join } from "node:path";
import { expect, it } from "vitest";
import { stateFolder } from "./state-folder.js";

it.each([
  [{ CODO_STATE_DIR: "/s", XDG_STATE_HOME: "/x" }, "linux", "/s"],
  [{ XDG_STATE_HOME: "/x" }, "linux", join("/x", "codo")],
  [{}, "linux", join("/home/me", ".local", "state", "codo")],
  [{}, "darwin", join("/home/me", "Library", "Application Support", "codo")],
  [{ LOCALAPPDATA: "/l" }, "win32", join("/l", "codo", "State")],
  [{}, "win32", join("/home/me", "AppData", "Local", "codo", "State")],
] as const)("with %o on %s is %s", (env, platform, expected) => {
  expect(stateFolder(env, platform, "/home/me")).toBe(expected);
});
