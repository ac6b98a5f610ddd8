// `pnpm chaos:pull`: pulls a model of 200 MB from a registry on loopback while the engine is killed with -9 at random
// instants, and says what came of it: the blob identical, no part of it listed, how much was got twice (what a killed engine
// had written to its disk and the next one asked for again). Then pulls it without kills, beside `curl` and `sha256sum` of
// the same blob, in turns.
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";

const SIZE = 200 * 2 ** 20;
const KILLS = 10;
/** Ten times half of it are less than the blob, so that there is something left to get after the last kill. */
const MOST_BETWEEN_KILLS = SIZE / 12;
const BLOCK = 4096;
const TWICE_LIMIT = 0.1;
const MEMORY_LIMIT_BYTES = 100e6;
const SPEED_LIMIT = 0.5;
const ROUNDS = 5;
const bin = new URL("../packages/engine/bin/codo-engine.js", import.meta.url).pathname;
const blob = randomBytes(SIZE);
const digestOf = (bytes) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
const digest = digestOf(blob);
const config = Buffer.from("{}");
const manifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: "application/vnd.docker.distribution.manifest.v2+json",
  config: {
    mediaType: "application/vnd.docker.container.image.v1+json",
    digest: digestOf(config),
    size: config.length,
  },
  layers: [{ mediaType: "application/vnd.ollama.image.model", digest, size: SIZE }],
});

let sentBytes = 0;
/** `reached` is called when the registry has sent so much. */
let killAtBytes = Number.POSITIVE_INFINITY;
let reached;
const registry = createServer((request, response) => {
  if (request.url.includes("/manifests/")) return response.end(manifest);
  const whole = request.url.endsWith(digest) ? blob : config;
  const [, from = "0", to = String(whole.length - 1)] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "") ?? [];
  const content = whole.subarray(Number(from), Number(to) + 1);
  response.writeHead(request.headers.range === undefined ? 200 : 206, { "content-length": content.length });
  let at = 0;
  // A network's pace: a loopback that sends everything at once would be done before the first kill.
  const send = () => {
    while (at < content.length && !response.destroyed) {
      const piece = content.subarray(at, at + 2 ** 18);
      at += piece.length;
      sentBytes += piece.length;
      if (sentBytes >= killAtBytes) reached();
      if (!response.write(piece)) return response.once("drain", send);
    }
    response.end();
  };
  send();
});
await new Promise((listening) => registry.listen(0, "127.0.0.1", listening));
const host = `127.0.0.1:${registry.address().port}`;
const model = `http://${host}/library/large`;

async function startEngine(folder) {
  const child = spawn(process.execPath, [bin, "serve"], {
    env: { ...process.env, OLLAMA_HOST: "127.0.0.1:0", OLLAMA_MODELS: folder },
  });
  const url = await new Promise((found) => {
    const take = (data) => {
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(String(data))?.[0];
      if (address) found(address);
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
  });
  return { child, url };
}

const verdict = (ok) => (ok ? "ok" : "MISSED");
const pull = (url) =>
  fetch(`${url}/api/pull`, { method: "POST", body: JSON.stringify({ model, insecure: true, stream: false }) }).then(
    (r) => r.json(),
  );
const blobPath = (folder) => join(folder, "blobs", digest.replace(":", "-"));

/**
 * How much of the blob a killed engine had written that its record does not have, so that the next one asks for it again.
 * What the registry handed to the network says less: the sockets of a killed process hold megabytes that it never read.
 */
function writtenInVain(folder) {
  const partial = `${blobPath(folder)}-codo-partial`;
  let stretches;
  try {
    stretches = JSON.parse(readFileSync(`${partial}-record`, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return 0;
    throw error;
  }
  const file = readFileSync(partial);
  return stretches.reduce((sum, { to, done }) => {
    let at = done;
    while (at < to && file.compare(blob, at, Math.min(at + BLOCK, to), at, Math.min(at + BLOCK, to)) === 0) at += BLOCK;
    return sum + Math.min(at, to) - done;
  }, 0);
}

const isListed = async (url) => JSON.stringify(await (await fetch(`${url}/api/tags`)).json()).includes("large");

const folder = mkdtempSync(join(tmpdir(), "codo-chaos-pull-"));
try {
  let kills = 0;
  let twiceBytes = 0;
  for (; kills < KILLS; kills++) {
    const { child, url } = await startEngine(folder);
    const running = pull(url).catch(() => "killed");
    const sent = new Promise((resolve) => {
      reached = resolve;
      killAtBytes = sentBytes + Math.random() * MOST_BETWEEN_KILLS;
    });
    const outcome = await Promise.race([running, sent]);
    if (outcome !== undefined) {
      child.kill("SIGKILL");
      break;
    }
    if (await isListed(url)) throw new Error("a part of a model is listed");
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await Promise.all([running, exited]);
    twiceBytes += writtenInVain(folder);
  }
  const { child, url } = await startEngine(folder);
  const outcome = await pull(url);
  const peakBytes = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) * 1024;
  child.kill("SIGTERM");
  const isSame = digestOf(readFileSync(blobPath(folder))) === digest;
  const left = readdirSync(join(folder, "blobs")).filter((name) => name.includes("partial"));
  console.log(`${kills} kills, then ${JSON.stringify(outcome)}; identical: ${isSame}; left over: ${left.length}`);
  const twice = twiceBytes / SIZE;
  console.log(
    `got twice: ${twice.toFixed(3)} x the blob  ${verdict(twice <= TWICE_LIMIT)}: <= ${TWICE_LIMIT} ` +
      `(the registry handed ${(sentBytes / SIZE).toFixed(2)} x to the network, with what killed engines never read)`,
  );
  console.log(
    `peak memory of the last engine: ${(peakBytes / 1e6).toFixed(0)} MB  ${verdict(peakBytes < MEMORY_LIMIT_BYTES)}: < 100 MB`,
  );

  const ours = [];
  const floor = [];
  for (let round = 0; round < ROUNDS; round++) {
    const other = mkdtempSync(join(tmpdir(), "codo-chaos-pull-"));
    const engine = await startEngine(other);
    let start = performance.now();
    await pull(engine.url);
    ours.push(performance.now() - start);
    engine.child.kill("SIGTERM");
    rmSync(other, { recursive: true, force: true });
    const file = join(folder, "curled");
    start = performance.now();
    await new Promise((done, failed) => {
      const curl = spawn("sh", [
        "-c",
        `curl -s -o '${file}' http://${host}/v2/library/large/blobs/${digest} && sha256sum '${file}'`,
      ]);
      curl.on("close", (code) => (code === 0 ? done() : failed(new Error(`curl ended with ${code}`))));
    });
    floor.push(performance.now() - start);
  }
  const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  const speed = (ms) => `${(SIZE / 1e6 / (ms / 1000)).toFixed(0)} MB/s`;
  const [pulled, curled] = [median(ours), median(floor)];
  const ratio = curled / pulled;
  console.log(
    `pull ${speed(pulled)}, curl and sha256sum ${speed(curled)}: ${ratio.toFixed(2)} x  ${verdict(ratio >= SPEED_LIMIT)}: ` +
      `>= ${SPEED_LIMIT} (load ${loadavg()[0].toFixed(1)})`,
  );
  const isWhole = kills === KILLS && isSame && left.length === 0;
  const isWithin = twice <= TWICE_LIMIT && peakBytes < MEMORY_LIMIT_BYTES && ratio >= SPEED_LIMIT;
  process.exitCode = isWhole && isWithin ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
  registry.closeAllConnections();
  registry.close();
}
