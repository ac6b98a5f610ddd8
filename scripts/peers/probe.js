// Runs in a folder in which one client is installed: does one thing and prints what happened, as JSON.
//   node probe.js NAME HOST SOCKET
import { connect } from "./driver.js";
import { PROBES } from "./probes.js";
import { seenBy } from "./server.js";

const MOMENT_MS = 2000;
const [name, host, socketPath] = process.argv.slice(2);
const probe = PROBES.find((each) => each.name === name);
const model = probe.model ?? name;

/** Node's `fetch` gives up after 300 s without a head, or without the next piece; here after one or two. */
async function shortenFetch() {
  // Node makes what its `fetch` sends with at the first request, and keeps it under a name for each of its versions.
  await fetch("data:,");
  for (const key of Object.getOwnPropertySymbols(globalThis))
    if (key.description?.startsWith("undici.globalDispatcher"))
      globalThis[key] = new globalThis[key].constructor({ headersTimeout: 1000, bodyTimeout: 1000 });
}

const said = (error) =>
  [error?.message ?? String(error), error?.cause?.message, error?.lastError?.responseBody ?? error?.responseBody]
    .filter(Boolean)
    .join(" ");

if (probe.isFetchShortened) await shortenFetch();
const client = connect(probe.address?.({ socketPath }) ?? host);
const outcome = probe.needs.some((method) => client[method] === undefined)
  ? { none: true }
  : await probe.run(client, model, host).then(
      (value) => ({ value }),
      (error) => ({ error: said(error) }),
    );
// Whether the server was left is asked while this process is still there, and what it closes only at its end still open.
const until = Date.now() + MOMENT_MS;
let seen = await seenBy(host, model);
while (probe.isLeaving && !seen.wasLeft && Date.now() < until) {
  await new Promise((resolve) => setTimeout(resolve, 20));
  seen = await seenBy(host, model);
}
console.log(`\noutcome ${JSON.stringify({ ...outcome, seen })}`);
process.exit();
