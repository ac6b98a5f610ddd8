import type { BrowserContext, Page } from "playwright-core";

/** What went wrong in tabs: errors on the console and of scripts, and requests that left the origin. */
export interface Wrongs {
  faults: string[];
  foreign: string[];
}

/** Opens a tab on the page, notes what goes wrong in it, and waits for the list of results. */
export async function openWatchedTab(context: BrowserContext, url: string, wrongs: Wrongs): Promise<Page> {
  const tab = await context.newPage();
  tab.setDefaultTimeout(60_000);
  const { origin } = new URL(url);
  tab.on("console", (message) => message.type() === "error" && wrongs.faults.push(message.text()));
  tab.on("pageerror", (error) => wrongs.faults.push(error.message));
  tab.on("request", (asked) => asked.url().startsWith(origin) || wrongs.foreign.push(asked.url()));
  await tab.goto(url);
  await tab.locator(".row").first().waitFor();
  return tab;
}
