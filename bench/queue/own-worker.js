// This package's worker at a host that answers at once: node own-worker.js QUEUE-URL NAME JOBS WARM-UP CONCURRENCY
import { createWorker, submitBatch } from "@codo/ollama-queue";
import { InstantHost } from "./instant-host.js";
import { measuredPart } from "./measured-part.js";

const [connection, name, ...numbers] = process.argv.slice(2);
const [count, warmUp, concurrency] = numbers.map(Number);
const inputs = Array.from({ length: count }, (_, index) => `prompt ${index}`);
await submitBatch({ connection, name, model: "m", id: "b-bench", inputs, highWater: 2 * count });

measuredPart({
  count,
  warmUp,
  begin: (onDone) => {
    const onEvent = ({ type }) => type === "done" && onDone();
    const place = { connection, name, host: "instant", models: ["m"], concurrency };
    void createWorker({ ...place, executor: new InstantHost(), onEvent });
  },
});
