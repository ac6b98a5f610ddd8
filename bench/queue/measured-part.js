/**
 * A worker whose rate is measured by who started it, so that two of them are measured over the same time.
 * @param begin starts the worker; what it is given is called for each job that is done
 */
export function measuredPart({ count, warmUp, begin }) {
  let done = 0;
  const onDone = () => {
    done++;
    // In the first jobs the code gets warm.
    if (done === warmUp) process.send("warm");
    if (done === count) process.send("empty");
  };
  process.on("message", (word) => {
    if (word === "begin") begin(onDone);
    else process.send({ done, atMs: performance.now(), cpu: process.cpuUsage() });
  });
  process.on("disconnect", () => process.exit(0));
  process.send("ready");
}
