// Runs in a folder in which one client is installed, in a fresh process for each figure: `node measure.js TASK HOST COUNT`.
const [task, host, count] = process.argv.slice(2);
const started = performance.now();
const { connect } = await import("./driver.js");
const importMs = performance.now() - started;
const client = connect(host);
const PROMPT = "Why is the sky blue?";

async function cpuMs(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const tasks = {
  import: async () => importMs,
  first: async () => {
    await client.ask("any", PROMPT);
    return performance.now() - started;
  },
  requests: async () => {
    for (let at = 0; at < 50; at += 1) await client.ask("any", PROMPT);
    const used = await cpuMs(async () => {
      for (let at = 0; at < Number(count); at += 1) await client.ask("any", PROMPT);
    });
    return used / Number(count);
  },
  chunks: async () => {
    const read = async (chunks) => {
      let seen = 0;
      for await (const text of client.stream(`chunks-${chunks}`, PROMPT)) seen += text === "" ? 0 : 1;
      if (seen !== chunks) throw new Error(`${seen} chunks of ${chunks}`);
    };
    await read(500);
    return ((await cpuMs(() => read(Number(count)))) * 1000) / Number(count);
  },
};
console.log(await tasks[task]());
process.exit();
