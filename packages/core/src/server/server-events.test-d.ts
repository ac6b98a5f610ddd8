import { expectTypeOf, it } from "vitest";
import type { OllamaServer, ServerHealth } from "../index.js";

declare const server: OllamaServer;

it("gives the listener of an event what the event carries", () => {
  expectTypeOf(server.on("gone", (health) => expectTypeOf(health).toEqualTypeOf<ServerHealth>())).toEqualTypeOf<
    () => void
  >();
  server.off("back", (health: ServerHealth) => health);
});

it("finds an event that does not exist", () => {
  // @ts-expect-error: it is called `gone`
  server.on("exit", () => {});
});
