/** Does something when the page has what it needs, and the browser has nothing else to do. */
export function whenIdle(work: () => void): void {
  if (document.readyState !== "complete") {
    // While the first answer is on its way the browser is idle too, and would be busy when it comes.
    addEventListener("load", () => whenIdle(work), { once: true });
    return;
  }
  // Not in every browser.
  if ("requestIdleCallback" in window) requestIdleCallback(work);
  else setTimeout(work, 1000);
}
