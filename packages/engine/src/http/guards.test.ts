import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { isLocalHost } from "./host-policy.js";
import { OriginPolicy } from "./origin-policy.js";

describe("the Host guard", () => {
  it.each([
    "127.0.0.1:11434",
    "localhost",
    "LOCALHOST:1",
    "[::1]:11434",
    "::1",
    "192.168.1.20",
    "10.0.0.1:80",
    "box.local",
    "db.internal:8080",
    "app.localhost",
    "",
  ])("lets %j in", (host) => {
    expect(isLocalHost(host)).toBe(true);
  });

  it.each([
    "evil.example",
    "evil.example:11434",
    "8.8.8.8",
    "localhost.evil.example",
    "127.0.0.1.nip.io",
    "[2001:db8::1]",
  ])("keeps %j out", (host) => {
    expect(isLocalHost(host)).toBe(false);
  });
});

describe("the Origin guard", () => {
  const judge = (origin: string | undefined, policy = new OriginPolicy(), method = "GET"): string =>
    policy.judge({
      method,
      headers: { host: "127.0.0.1:1", ...(origin !== undefined && { origin }) },
    } as IncomingMessage).type;

  it.each([undefined, "http://localhost:3000", "https://127.0.0.1", "vscode-webview://abc", "http://127.0.0.1:1"])(
    "lets %j in",
    (origin) => {
      expect(judge(origin)).toBe("pass");
    },
  );

  it.each(["http://evil.example", "null", "http://localhost.evil.example", "http://evil.example/localhost", ""])(
    "keeps %j out",
    (origin) => {
      expect(judge(origin)).toBe("refuse");
    },
  );

  it("lets in whom the user names", () => {
    const policy = new OriginPolicy(["https://*.example.com"]);
    expect(judge("https://app.example.com", policy)).toBe("pass");
    expect(judge("https://app.example.org", policy)).toBe("refuse");
    expect(judge("https://any.where", new OriginPolicy(["*"]))).toBe("pass");
  });

  it("answers preflights", () => {
    expect(judge("http://localhost", new OriginPolicy(), "OPTIONS")).toBe("preflight");
  });
});
