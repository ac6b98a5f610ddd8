import { describe, expect, it } from "vitest";
import { proxyUrlFor } from "./environment-proxy.js";

const PROXY = "http://proxy:3128";

describe("the proxy that the environment names", () => {
  it.each([
    ["http://box:11434", { HTTP_PROXY: PROXY }, PROXY],
    ["http://box:11434", { http_proxy: "proxy:3128" }, PROXY],
    ["http://box:11434", { HTTPS_PROXY: PROXY }, undefined],
    ["https://box", { HTTPS_PROXY: PROXY }, PROXY],
    ["https://box", { ALL_PROXY: PROXY }, PROXY],
    ["http://127.0.0.1:11434", { HTTP_PROXY: PROXY }, undefined],
    ["http://localhost:11434", { HTTP_PROXY: PROXY }, undefined],
    ["http://[::1]:11434", { HTTP_PROXY: PROXY }, undefined],
    ["http://box:11434", { HTTP_PROXY: "" }, undefined],
    ["http://box:11434", { HTTP_PROXY: PROXY, NO_PROXY: "box" }, undefined],
    ["http://box:11434", { HTTP_PROXY: PROXY, no_proxy: "other, box" }, undefined],
    ["http://box:11434", { HTTP_PROXY: PROXY, NO_PROXY: "*" }, undefined],
    ["http://box:11434", { HTTP_PROXY: PROXY, NO_PROXY: "box:80" }, PROXY],
    ["http://box:11434", { HTTP_PROXY: PROXY, NO_PROXY: "box:11434" }, undefined],
    ["http://gpu.example.com", { HTTP_PROXY: PROXY, NO_PROXY: "example.com" }, undefined],
    ["http://gpu.example.com", { HTTP_PROXY: PROXY, NO_PROXY: ".example.com" }, undefined],
    ["http://gpu.example.com", { HTTP_PROXY: PROXY, NO_PROXY: "*.example.com" }, undefined],
    ["http://example.com", { HTTP_PROXY: PROXY, NO_PROXY: ".example.com" }, PROXY],
    ["http://notexample.com", { HTTP_PROXY: PROXY, NO_PROXY: "example.com" }, PROXY],
    ["http://10.1.2.3", { HTTP_PROXY: PROXY, NO_PROXY: "10.0.0.0/8" }, undefined],
    ["http://11.1.2.3", { HTTP_PROXY: PROXY, NO_PROXY: "10.0.0.0/8,10.0.0.0/99" }, PROXY],
    ["http://[2001:db8::5]", { HTTP_PROXY: PROXY, NO_PROXY: "2001:db8::/32" }, undefined],
    ["http://[2001:db8::5]", { HTTP_PROXY: PROXY, NO_PROXY: "2001:db8::5" }, undefined],
  ])("for %s in %j: %s", (url, environment, proxy) => {
    expect(proxyUrlFor(url, environment)).toBe(proxy);
  });
});
