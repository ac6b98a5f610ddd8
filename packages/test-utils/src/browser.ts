import { type Browser, chromium } from "playwright-core";
import { findTool } from "./tools.js";

/**
 * Starts a real headless browser, one that is on the machine: nothing is downloaded. A test that starts one says
 * `needsTools("chromium")`.
 */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findTool("chromium");
  if (executablePath === undefined) {
    throw new Error("This test needs a browser: install Debian's package chromium, or name one in CODO_CHROMIUM.");
  }
  return await chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
