import { describe, expect, it } from "vitest";
import { listenHostname, resolveServerAddress } from "./server-address.js";

describe("the address of a server", () => {
  it("is Ollama's own when nobody named one", () => {
    expect(resolveServerAddress(undefined, {})).toEqual({
      host: "127.0.0.1",
      url: "http://127.0.0.1:11434",
      explicit: false,
      loopback: { hostname: "127.0.0.1", port: 11434 },
    });
  });

  it("is the one given before the one of OLLAMA_HOST; both are named", () => {
    expect(resolveServerAddress("localhost:1", { OLLAMA_HOST: "other:2" })).toMatchObject({
      url: "http://localhost:1",
      explicit: true,
      loopback: { hostname: "localhost", port: 1 },
    });
    expect(resolveServerAddress(undefined, { OLLAMA_HOST: "other:2" })).toMatchObject({
      url: "http://other:2",
      explicit: true,
    });
    expect(resolveServerAddress(undefined, { OLLAMA_HOST: " " }).explicit).toBe(false);
  });

  it.each(["[::1]:1", "127.0.0.9", ":99", "0.0.0.0"])("%s can be served here", (host) => {
    expect(resolveServerAddress(host, {}).loopback).toBeDefined();
  });

  it.each(["https://localhost", "gpu.example", "localhost/ollama", "unix:///run/o.sock", "10.0.0.1"])(
    "%s can only be served by others",
    (host) => {
      expect(resolveServerAddress(host, {}).loopback).toBeUndefined();
    },
  );
});

it.each([
  [undefined, "127.0.0.1"],
  ["localhost:1", "localhost"],
  ["0.0.0.0", "0.0.0.0"],
  ["http://0.0.0.0:11500/", "0.0.0.0"],
  ["[::]:11500", "[::]"],
  ["::", "[::]"],
  ["10.0.0.0", undefined],
  ["https://localhost", undefined],
])("a server for %s listens on %s", (host, hostname) => {
  expect(listenHostname(resolveServerAddress(host, {}))).toBe(hostname);
});
