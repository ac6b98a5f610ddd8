// What runs in the page beside its own scripts, to say when something was painted. Everything here is sent to the browser
// as text, so that it may use nothing from outside.

/** How the console is told of the first row. */
export const FIRST_ROW = "first row at ";

/** Notes when the first row of a list is on the screen, and when the answer to each search is. */
export function watchPaints() {
  const bench = { firstRowMs: undefined, typedMs: {}, answeredMs: {}, loaded: 0, deltas: undefined };
  globalThis.bench = bench;
  const afterPaint = (then) =>
    requestAnimationFrame(() => {
      // A message comes after the picture that this frame draws.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => then(performance.now());
      port2.postMessage(0);
    });
  const observer = new MutationObserver(() => {
    if (document.querySelector(".row") === null) return;
    observer.disconnect();
    afterPaint((now) => {
      bench.firstRowMs = now;
      // Told, not asked for: a question from outside would be answered before the picture.
      console.debug(`first row at ${now}`);
    });
  });
  observer.observe(document, { childList: true, subtree: true });
  addEventListener(
    "input",
    ({ target, timeStamp }) => {
      if (target.type === "search") bench.typedMs[target.value] = timeStamp;
    },
    true,
  );
  const json = Response.prototype.json;
  Response.prototype.json = async function () {
    const value = await json.call(this);
    const { pathname, searchParams } = new URL(this.url);
    if (pathname === "/api/results") {
      bench.loaded += value.items.length;
      const words = searchParams.get("q") ?? "";
      if (!searchParams.has("cursor")) {
        afterPaint((now) => {
          bench.answeredMs[words] = now;
        });
      }
    }
    return value;
  };
}

/** Counts how long each frame takes, until `bench.deltas` is taken away. */
export function watchFrames() {
  const deltas = [];
  globalThis.bench.deltas = deltas;
  let last = performance.now();
  const next = (now) => {
    deltas.push(now - last);
    last = now;
    if (globalThis.bench.deltas === deltas) requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}

/** How far a list was scrolled, in rows. */
export function rowsPassed() {
  const row = document.querySelector(".row");
  const list = row.closest("li");
  let scroller = list.parentElement;
  while (scroller !== null && scroller.scrollHeight <= scroller.clientHeight + 1) scroller = scroller.parentElement;
  const place = scroller ?? document.scrollingElement;
  return place.scrollTop / list.getBoundingClientRect().height;
}
