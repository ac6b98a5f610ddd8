// One fresh process that measures one contender on one task and prints the figure as JSON.
const [, , task, contender, port, countText] = process.argv;
const host = `http://127.0.0.1:${port}`;
const count = Number(countText);
const model = "llama3.2";
const messages = [{ role: "user", content: "Why is the sky blue?" }];

const cpuUs = (since) => {
  const { user, system } = process.cpuUsage(since);
  return user + system;
};

const clients = {
  ours: async () => {
    const { OllamaClient } = await import("@codo/ollama-core");
    const client = new OllamaClient({ host });
    return {
      stream: () => client.chat({ model, messages, stream: true }),
      small: () => client.chat({ model, messages }),
    };
  },
  "ours-fetch": async () => {
    const { OllamaClient } = await import("@codo/ollama-core/client");
    const client = new OllamaClient({ host });
    return {
      stream: () => client.chat({ model, messages, stream: true }),
      small: () => client.chat({ model, messages }),
    };
  },
  official: async () => {
    const { Ollama } = await import("ollama");
    const client = new Ollama({ host });
    return {
      stream: () => client.chat({ model, messages, stream: true }),
      small: () => client.chat({ model, messages }),
    };
  },
  // The floor: the least that a client on undici can do.
  undici: async () => {
    const { request } = await import("undici");
    const send = (stream) =>
      request(`${host}/api/chat`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ model, messages, stream }),
      });
    return {
      stream: async () => parseLines((await send(true)).body),
      small: async () => (await send(false)).body.json(),
    };
  },
};

async function* parseLines(body) {
  let rest = "";
  body.setEncoding("utf8");
  for await (const text of body) {
    const lines = (rest + text).split("\n");
    rest = lines.pop();
    for (const line of lines) if (line !== "") yield JSON.parse(line);
  }
}

/** The floor without even an iterator, which is how the target is stated: request, split, JSON.parse. */
async function floorStream() {
  const { request } = await import("undici");
  const send = (stream) =>
    request(`${host}/api/chat`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model, messages, stream }),
    });
  await (await send(false)).body.json();
  const start = process.cpuUsage();
  const { body } = await send(true);
  let rest = "";
  let seen = 0;
  body.setEncoding("utf8");
  for await (const text of body) {
    const lines = (rest + text).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      if (line === "") continue;
      JSON.parse(line);
      seen += 1;
    }
  }
  return { seen, cpu: cpuUs(start) };
}

const tasks = {
  /**
   * CPU of a first stream in the process, in µs a chunk. A small request goes before it: what a client loads with its
   * first request is a price of the start, which the task `first` measures, and not of a chunk.
   */
  stream: async () => {
    if (contender === "undici") {
      const { seen, cpu } = await floorStream();
      return check(seen, cpu / seen);
    }
    const { stream, small } = await clients[contender]();
    await small();
    const start = process.cpuUsage();
    let seen = 0;
    for await (const _part of await stream()) seen += 1;
    return check(seen, cpuUs(start) / seen);
  },
  /** CPU of a small request once the process is warm, in µs. */
  small: async () => {
    const { small } = await clients[contender]();
    for (let done = 0; done < 300; done += 1) await small();
    const start = process.cpuUsage();
    for (let done = 0; done < count; done += 1) await small();
    return cpuUs(start) / count;
  },
  /** Time of an import, in ms. */
  import: async () => {
    const start = performance.now();
    await import({ core: "@codo/ollama-core", client: "@codo/ollama-core/client", official: "ollama" }[contender]);
    return performance.now() - start;
  },
  /** Time of the first call of a process, import not counted, in ms. */
  first: async () => {
    const { small } = await clients[contender]();
    const start = performance.now();
    await small();
    return performance.now() - start;
  },
};

function check(seen, figure) {
  if (seen !== count) throw new Error(`${contender} saw ${seen} of ${count} chunks`);
  return figure;
}

process.stdout.write(JSON.stringify(await tasks[task]()));
