/** Calls `resolve` with the rate and the processor time of all jobs but the first ones, in which the code gets warm. */
export function countWarm({ count, warmUp }, resolve) {
  let done = 0;
  let start;
  return () => {
    done++;
    if (done === warmUp) start = { atMs: performance.now(), cpu: process.cpuUsage() };
    if (done !== count) return;
    const { user, system } = process.cpuUsage(start.cpu);
    const seconds = (performance.now() - start.atMs) / 1000;
    resolve({ perSecond: (count - warmUp) / seconds, cpuMicros: (user + system) / (count - warmUp) });
  };
}
