// The page of one run: docs/peers.md from docs/peers.json.
const NAMES = {
  "codo-core": "`@codo/ollama-core`",
  codo: "with `-runner`",
  ollama: "`ollama` (official)",
  langchain: "`@langchain/ollama`",
  "ai-sdk": "AI SDK",
};
const LONGEST = 70;
const row = (cells) => `| ${cells.join(" | ")} |`;
const table = (head, rows) => [row(head), `|${"---|".repeat(head.length)}`, ...rows.map(row)].join("\n");

const short = (text) => {
  const line = text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|").trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
};
function happened({ value, error, note }) {
  if (note !== undefined) return note;
  if (error !== undefined) return `“${short(error)}”`;
  return `it gave ${value === undefined ? "nothing" : short(JSON.stringify(value))}`;
}
const CELLS = { yes: "yes", no: "**no**", none: "–" };

/** What is measured, and why another client may have less of it than ours. */
const FIGURES = [
  {
    field: "packageCount",
    label: "packages installed",
    show: (value) => String(value),
    why: "Parts that others need too are packages of their own here, so that each is installed and upgraded alone.",
  },
  {
    field: "sizeBytes",
    label: "on disk, MB",
    show: (value) => (value / 1e6).toFixed(1),
    why:
      "Ours brings what the table above asks for: a transport of its own with deadlines, retries, proxies and unix sockets, a " +
      "manager that starts servers, and schemas to check what comes in.",
  },
  {
    field: "import",
    label: "import, ms",
    show: (value) => value.toFixed(0),
    why: "The same parts are read. `@codo/ollama-core/client` is the client alone, without servers and processes.",
  },
  {
    field: "first",
    label: "import and first answer, ms",
    show: (value) => value.toFixed(0),
    why: "The import is in it.",
  },
  {
    field: "requests",
    label: "CPU for a request, ms",
    show: (value) => value.toFixed(2),
    why: "A request of ours has deadlines, a retry policy and an error of its own kind.",
  },
  {
    field: "chunks",
    label: "CPU for a streamed chunk, µs",
    show: (value) => value.toFixed(1),
    why: "Each chunk is watched for its deadline.",
  },
];

/** By which figures somebody else does better than our core alone. */
function whereOthersWin(contenders) {
  const ours = contenders.find(({ name }) => name === "codo-core");
  const lines = FIGURES.flatMap(({ field, label, show, why }) => {
    const better = contenders.filter(
      ({ name, [field]: value }) =>
        !name.startsWith("codo") && show(value) !== show(ours[field]) && value < ours[field],
    );
    const names = better.map(({ name, [field]: value }) => `${NAMES[name]} ${show(value)}`);
    return better.length === 0 ? [] : [`- **${label}**: ${names.join(", ")}; ours ${show(ours[field])}. ${why}`];
  });
  return lines.join("\n");
}

export function renderPage({ contenders, probes, date, node, cores, rounds }) {
  const probed = Object.keys(probes[0].outcomes);
  const heads = probed.map((name) => (name === "codo" ? "codo" : NAMES[name]));
  const failures = probes.flatMap(({ shown, outcomes }) =>
    probed
      .filter((name) => outcomes[name].verdict === "no")
      .map((name) => [shown, name === "codo" ? "codo" : NAMES[name], happened(outcomes[name])]),
  );
  return `# Clients of Ollama side by side

Made by \`npx -y pnpm@10 peers\` on ${date} with Node ${node}: the newest version of each client from npm, and ours from
the tarballs that would be published, against one scripted server on the same machine. The figures and the outcomes are in
[peers.json](peers.json) too. Versions: ${[...new Set(contenders.flatMap(({ versions }) => versions))].map((each) => `\`${each.replace(/ (?=[^ ]*$)/, "@")}\``).join(", ")}.

## What they cost

The median of ${rounds} rounds, in which the clients take turns, each figure from a fresh process, on ${cores} processors that
others use too.

${table(
  ["", ...contenders.map(({ name }) => NAMES[name])],
  FIGURES.map(({ field, label, show }) => [label, ...contenders.map((each) => show(each[field]))]),
)}

## What they do

Each line was done, in a process of its own, with each client's defaults. “–”: the package has nothing of the kind.
Node's \`fetch\` gives up after 300 s of silence; where that matters, it was set to give up after one.

${table(
  ["", ...heads],
  probes.map(({ shown, outcomes }) => [shown, ...probed.map((name) => CELLS[outcomes[name].verdict])]),
)}

What happened where the answer is no:

${table(["", "client", "what happened"], failures)}

## Where others win, and why

${whereOthersWin(contenders)}
- **Other providers**: LangChain and the AI SDK speak to many by one interface. These packages are for Ollama's protocol
  alone. Both run over our transport, which brings them its retries and its patience: [other clients](other-clients.md).
- **Proxies**: from Node 24 on, \`NODE_USE_ENV_PROXY=1\` brings those of the environment to every client that uses Node's
  \`fetch\`. Ours needs no switch, and no Node 24.
- **User interfaces**: the AI SDK has hooks for React, Vue and Svelte. Here is a small
  [example](../examples/stream-to-a-page/src) instead.
`;
}
