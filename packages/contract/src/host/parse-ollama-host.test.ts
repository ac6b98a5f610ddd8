import { describe, expect, it } from "vitest";
import { parseOllamaHost } from "./parse-ollama-host.js";

describe("the host is read as Ollama reads OLLAMA_HOST, and is one to connect to", () => {
  it.each([
    ["", "http://127.0.0.1:11434"],
    ["   ", "http://127.0.0.1:11434"],
    ["1.2.3.4", "http://1.2.3.4:11434"],
    [":1234", "http://127.0.0.1:1234"],
    ["1.2.3.4:1234", "http://1.2.3.4:1234"],
    ["http://1.2.3.4", "http://1.2.3.4"],
    ["http://1.2.3.4:1234", "http://1.2.3.4:1234"],
    ["https://1.2.3.4", "https://1.2.3.4"],
    ["https://1.2.3.4:1234", "https://1.2.3.4:1234"],
    ["http://1.2.3.4:80", "http://1.2.3.4"],
    ["https://1.2.3.4:443", "https://1.2.3.4"],
    ["1.2.3.4:80", "http://1.2.3.4"],
    ["1.2.3.4:443", "http://1.2.3.4:443"],
    ["example.com", "http://example.com:11434"],
    ["example.com:1234", "http://example.com:1234"],
    ["http://example.com", "http://example.com"],
    ["https://example.com", "https://example.com"],
    ["HTTPS://Example.COM", "https://example.com"],
    ["example.com/", "http://example.com:11434"],
    ["example.com:1234/", "http://example.com:1234"],
    ["example.com/ollama", "http://example.com:11434/ollama"],
    ["example.com:1234/ollama/", "http://example.com:1234/ollama"],
    ["https://example.com/a/b//", "https://example.com/a/b"],
    ["https://example.com:1234/a?x=1#y", "https://example.com:1234/a"],
    ["::1", "http://[::1]:11434"],
    ["[::1]", "http://[::1]:11434"],
    ["[::1]:1234", "http://[::1]:1234"],
    ["http://[::1]", "http://[::1]"],
    ["http://[2001:db8::1]:1234/p", "http://[2001:db8::1]:1234/p"],
    ["2001:db8::1", "http://[2001:db8::1]:11434"],
    ["0.0.0.0", "http://127.0.0.1:11434"],
    ["0.0.0.0:1234", "http://127.0.0.1:1234"],
    ["::", "http://[::1]:11434"],
    ["[::]:1234", "http://[::1]:1234"],
    ['"1.2.3.4"', "http://1.2.3.4:11434"],
    ["'1.2.3.4:1234'", "http://1.2.3.4:1234"],
    [' " 1.2.3.4 " ', "http://1.2.3.4:11434"],
    ["ollama.com", "https://ollama.com"],
    ["https://ollama.com", "https://ollama.com"],
    ["unix:///run/ollama.sock", "unix:///run/ollama.sock"],
  ])("%j is %s", (text, url) => {
    expect(parseOllamaHost(text)).toEqual({ url, warnings: [] });
  });

  it.each([
    ["1.2.3.4:66000", "http://1.2.3.4:11434"],
    ["1.2.3.4:-1", "http://1.2.3.4:11434"],
    ["1.2.3.4:abc", "http://1.2.3.4:11434"],
    ["http://1.2.3.4:99999", "http://1.2.3.4"],
    ["https://1.2.3.4:x", "https://1.2.3.4"],
    ["ftp://1.2.3.4:1234", "http://1.2.3.4:1234"],
    ["bad host!", "http://127.0.0.1:11434"],
    ["http://[::1", "http://127.0.0.1"],
    ["a:b:c", "http://127.0.0.1:11434"],
    ["999.1.1.1", "http://127.0.0.1:11434"],
    ["unix://", "unix://"],
  ])("%j is %s, with a warning", (text, url) => {
    const parsed = parseOllamaHost(text);
    expect(parsed.url).toBe(url);
    expect(parsed.warnings).toHaveLength(1);
  });

  it.each([
    ["http://user:pass@example.com:1234", "http://example.com:1234", "user:pass"],
    ["user:p%40ss@example.com", "http://example.com:11434", "user:p@ss"],
    ["https://token@example.com/x", "https://example.com/x", "token:"],
    ["http://u:p@[::1]:1234", "http://[::1]:1234", "u:p"],
    ["http://jürgen:päss@example.com", "http://example.com", "jürgen:päss"],
    ["http://u:100%@example.com", "http://example.com", "u:100%"],
  ])("the credentials of %j become an Authorization value", (text, url, credentials) => {
    const parsed = parseOllamaHost(text);
    expect(parsed.url).toBe(url);
    expect(parsed.authorization).toBe(`Basic ${Buffer.from(credentials).toString("base64")}`);
  });
});

it.each(["/", "#", "'", '"', "a/", ":", "["])("reads a host with a long run of %s in one pass", (run) => {
  expect(parseOllamaHost(`http://x${run.repeat(200_000)}y`).url).toMatch(/^http/);
});
