/** Does something when the browser has nothing else to do. */
export function whenIdle(work: () => void): void {
  // Not in every browser.
  if ("requestIdleCallback" in window) requestIdleCallback(work);
  else setTimeout(work, 1000);
}
