import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliHome, createHome, startTestEngine, type TestEngine } from "./support/cli-harness.js";
import { errorShape, JSON_SHAPES, resultShape } from "./support/json-shapes.js";

const SLOW = 120_000;

let engine: TestEngine;
let home: CliHome;

beforeAll(async () => {
  engine = await startTestEngine();
  home = await createHome(engine.url);
  // A comparison takes models that are not the same.
  await home.codo(["models", "cp", "codo-tiny", "twin"]);
}, SLOW);

afterAll(async () => {
  await engine?.stop();
});

function jsonLines(text: string): unknown[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

describe("--json", () => {
  it.each(Object.entries(JSON_SHAPES))(
    "codo %s",
    async (line, shape) => {
      const { stdout, stderr, status } = await home.codo([...line.split(" "), "--json"]);
      expect(status, stderr).toBe(0);
      expect(stdout.trimEnd().split("\n")).toHaveLength(1);
      const { issues } = v.safeParse(shape, JSON.parse(stdout));
      expect(issues?.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`)).toBeUndefined();
    },
    SLOW,
  );

  it("tells errors as JSON on stdout, and for people on stderr", async () => {
    const { stdout, stderr, status } = await home.codo(["models", "show", "nope", "--json"]);
    expect(status).toBe(7);
    expect(v.safeParse(errorShape, JSON.parse(stdout)).issues).toBeUndefined();
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "MODEL_NOT_FOUND" } });
    expect(stderr).toMatch(/^codo: .*nope.*not found/);
  });

  it.each([
    ["rm spare nowhere never", { deleted: ["spare"] }],
    ["rm nowhere never", { deleted: [] }],
    ["load codo-tiny nowhere", { loaded: ["codo-tiny"] }],
    ["unload codo-tiny nowhere", { unloaded: ["codo-tiny"] }],
  ])("`codo models %s` says what was done before it failed", async (line, done) => {
    await home.codo(["models", "cp", "codo-tiny", "spare"]);
    const { stdout, status } = await home.codo(["models", ...line.split(" "), "--json"]);
    expect(status).toBe(7);
    const value = JSON.parse(stdout);
    expect(v.safeParse(errorShape, value).issues).toBeUndefined();
    expect(value).toMatchObject({ ...done, error: { code: "MODEL_NOT_FOUND", details: { model: "nowhere" } } });
  });

  it("of a run that failed is its result, and people are told on stderr", async () => {
    const { stdout, stderr, status } = await home.codo(["run", "-m", "nope", "hi", "--json", "--no-save"]);
    expect(status).toBe(7);
    expect(jsonLines(stdout)).toMatchObject([{ success: false, metadata: { error: { code: "MODEL_NOT_FOUND" } } }]);
    expect(stderr).toMatch(/^codo: .*nope.*not found/);
  });
});

describe("a model that is not there", () => {
  it.each([["run -m cdo-tiny hi --no-save"], ["models show codo-tny"]])("codo %s", async (line) => {
    const { stderr, status } = await home.codo(line.split(" "));
    expect(status).toBe(7);
    expect(stderr).toContain("Did you mean codo-tiny?");
  });
});

describe("what to do about a model that is not there", () => {
  it.each([["run -m nowhere hi --no-save"], ["models rm nowhere"], ["models show nowhere"], ["models cp nowhere x"]])(
    "is said once, in words of codo: codo %s",
    async (line) => {
      const { stderr, status } = await home.codo(line.split(" "));
      expect(status).toBe(7);
      expect(stderr).toMatch(
        /^codo: .*nowhere.* not found\.\n {6}`codo models list`.*`codo models create \w+ --gguf FILE`.*\.\n$/,
      );
    },
  );
});

it("an embedding by a model that is nowhere names our own commands, and not those of Ollama", async () => {
  for (const words of [["Hello"], ["Hello", "--json"]]) {
    const { stdout, stderr, status } = await home.codo(["embed", "-m", "nowhere", ...words]);
    expect(status).toBe(7);
    expect(stderr).toMatch(/model "nowhere" not found\.\n {6}`codo models list`.*--gguf FILE` makes one/);
    // The details are what the server said, for programs.
    const { message, hint } = stdout === "" ? { message: "", hint: "" } : JSON.parse(stdout).error;
    expect(`${message}${hint}${stderr}`).not.toMatch(/ollama pull|try pulling/);
  }
});

it("a model that cannot embed is told once what to look for", async () => {
  const { stderr, status } = await home.codo(["embed", "-m", "codo-tiny", "Hello"]);
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^codo: \S+ says: the model makes no embeddings\.\n {6}Choose an embedding model: -m codo-tiny-embed:latest\n$/,
  );
});

describe("outputs show", () => {
  it("shows why a result failed, and gives the last answer that is one", async () => {
    const own = await createHome(engine.url);
    const { stdout: answer } = await own.codo(["run", "-m", "codo-tiny", "Hello"]);
    await own.codo(["run", "-m", "nope", "Hello"]);
    expect((await own.codo(["outputs", "show"])).stdout).toMatch(/Failed:\n.*nope.*not found/);
    expect((await own.codo(["outputs", "show", "-r"])).stdout).toBe(answer);
    const code = await own.codo(["outputs", "show", "-x"]);
    expect(code).toMatchObject({ stdout: "", status: 1 });
    expect(code.stderr).toContain("There is no code block");
  });
});

describe("run", () => {
  it("prints the answer and nothing else on stdout, and keeps it", async () => {
    const { stdout, stderr, status } = await home.codo(["run", "-m", "codo-tiny", "Hello", "--tag", "greeting"]);
    expect({ stdout, stderr, status }).toEqual({ stdout: "Hello! How can I help you today?\n", stderr: "", status: 0 });
    const shown = await home.codo(["outputs", "show", "-r"]);
    expect(shown.stdout).toBe(stdout);
    const listed = await home.codo(["outputs", "list", "--tag", "greeting", "--json"]);
    expect(JSON.parse(listed.stdout).items).toHaveLength(1);
  });

  it("chooses the engine's model when none is named", async () => {
    const { stdout, status } = await home.codo(["run", "Hello", "--no-save"]);
    expect([stdout, status]).toEqual(["Hello! How can I help you today?\n", 0]);
  });

  it("puts piped text before the prompt, and sends only the options that are set", async () => {
    const args = [
      "run",
      "-m",
      "codo-tiny",
      "and me",
      "-o",
      "seed=1",
      "-o",
      "num_predict=5",
      "--system",
      "Be kind.",
      "--json",
    ];
    const { stdout } = await home.codo(args, { stdin: "Greet the world\n" });
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({
      prompt: "Greet the world\n\nand me",
      metadata: { options: { seed: 1, num_predict: 5 } },
    });
    expect(Object.keys(result.metadata.options)).toEqual(["seed", "num_predict"]);
  });

  it("says when an answer was cut, and how to lift that", async () => {
    const { stderr, status } = await home.codo(["run", "-m", "codo-tiny", "Hello", "-o", "numPredict=2"]);
    expect(status).toBe(0);
    expect(stderr).toContain("numPredict=2; -o numPredict=-1 removes the limit");
  });

  it.each([
    ["nonsense=5", /^Note: Option "nonsense" is unknown; it is sent as it is\.\n$/],
    ["temprature=0.5", /^Note: Option "temprature" is unknown; it is sent as it is\. Did you mean "temperature"\?\n$/],
    ["mirostat=1", /^Note: Option "mirostat" is deprecated: Ollama ignores it\.\n$/],
    ["repeat_last_n=64", /^Note: Option "repeat_last_n" has its wire name; it is called "repeatLastN" here\.\n$/],
  ])("says once what is odd about -o %s, and sends it", async (pair, told) => {
    const { stdout, stderr, status } = await home.codo(["run", "-m", "codo-tiny", "Hello", "-o", pair, "--json"]);
    expect(status).toBe(0);
    expect(stderr).toMatch(told);
    const [name = "", value] = pair.split("=");
    expect(JSON.parse(stdout).metadata.options).toEqual({ [name]: Number(value) });
  });

  it("streams events as JSON lines", async () => {
    const { stdout } = await home.codo(["run", "-m", "codo-tiny", "Hello", "--json", "--stream"]);
    const events = jsonLines(stdout) as { type: string; result?: unknown }[];
    expect(events[0]?.type).toBe("start");
    expect(v.is(resultShape, events.at(-1)?.result)).toBe(true);
  });

  it("answers from documents and with a preset of one's own", async () => {
    await writeFile(join(home.folder, "note.txt"), "The garden gate is green.");
    await home.codo(["config", "set", "presets.short.numPredict", "12"]);
    const args = [
      "run",
      "-m",
      "codo-tiny",
      "What colour is the gate?",
      "--context",
      "note.txt",
      "--preset",
      "short",
      "--json",
    ];
    const { stdout, status } = await home.codo(args);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ metadata: { options: { num_predict: 12 } } });
  });

  it("says which documents there was no room for", async () => {
    await writeFile(join(home.folder, "small.txt"), "The garden gate is green.");
    await writeFile(join(home.folder, "large.txt"), "The garden gate is green. ".repeat(400));
    const args = ["run", "-m", "codo-tiny", "Which colour?", "--context", "large.txt", "--context", "small.txt"];
    const { stderr, status } = await home.codo([...args, "-o", "numCtx=512", "--no-save"]);
    expect(status).toBe(0);
    expect(stderr).toContain("There was no room for large.txt, and the answer goes without; -o numCtx=N makes room.");
    expect(stderr).not.toContain("small.txt");
  });

  it("prints timings with --verbose, and nothing on stderr with --quiet", async () => {
    expect((await home.codo(["run", "-m", "codo-tiny", "Hello", "--verbose"])).stderr).toMatch(
      /eval rate: +[\d.]+ tokens/,
    );
    expect((await home.codo(["run", "-m", "codo-tiny", "Hello", "-q", "-o", "numPredict=2"])).stderr).toBe("");
  });
});

describe("batch", () => {
  it(
    "runs a file, goes on where it ended, and prints results in a pipe",
    async () => {
      const input = join(home.folder, "prompts.jsonl");
      await writeFile(input, 'Hello\n\n{"id":"name","prompt":"What is your name?"}\n"Hello"\n');
      const first = await home.codo(["batch", input, "-m", "codo-tiny"]);
      expect([first.status, first.stdout]).toEqual([0, ""]);
      expect(first.stderr).toContain("3 items, 3 succeeded, 0 failed");
      const again = await home.codo(["batch", input, "-m", "codo-tiny", "--json"]);
      expect(jsonLines(again.stdout).at(-1)).toMatchObject({ summary: { total: 3, restored: 3 } });
      const piped = await home.codo(["batch", "-m", "codo-tiny"], { stdin: "Hello\n" });
      expect(jsonLines(piped.stdout)).toEqual([expect.objectContaining({ index: 0 })]);
    },
    SLOW,
  );

  it(
    "refuses a journal of other options, and names the line that is no JSON",
    async () => {
      const input = join(home.folder, "other.jsonl");
      await writeFile(input, "Hello\n");
      await home.codo(["batch", input, "-m", "codo-tiny"]);
      const refused = await home.codo(["batch", input, "-m", "codo-tiny", "-o", "seed=3"]);
      expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining("--continue-anyway")]);
      await writeFile(input, 'Hello\n{"id": broken}\n');
      const broken = await home.codo(["batch", input, "-m", "codo-tiny", "--continue-anyway"]);
      expect(broken.status).toBe(2);
      expect(broken.stderr).toContain("other.jsonl:2 is not JSON");
    },
    SLOW,
  );
});

describe("a measurement in which every request to a model failed", () => {
  const little = ["--trials", "1", "--requests", "2", "--warmup", "0", "--output-tokens", "4"];
  it.each([
    [["bench", "-m", "codo-tiny-embed"]],
    [["bench", "-m", "codo-tiny-embed", "--json"]],
    [["bench", "-m", "codo-tiny", "-m", "codo-tiny-embed", "--strict"]],
    [["compare", "codo-tiny", "codo-tiny-embed", "-p", "Hi"]],
  ])("is a failure that says why: codo %j", async (line) => {
    const { stdout, stderr, status } = await home.codo([...line, ...little]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^codo: Nothing was measured of codo-tiny-embed: all of its 2 requests failed, .*\n {6}\S/m);
    expect(stdout).not.toBe("");
  });

  it("is an objective that was missed where there is one", async () => {
    const slo = ["--slo", "error_rate <= 0.1"];
    expect((await home.codo(["bench", "-m", "codo-tiny-embed", ...slo, ...little])).status).toBe(3);
  });
});

it("a model is made again from the Modelfile that is shown of it, with the quotes of its texts", async () => {
  const file = join(home.folder, "quoted.Modelfile");
  await writeFile(file, 'FROM codo-tiny\nSYSTEM """"Quoted" start"""\nMESSAGE user """"Hi," he said.\n"Bye.""""\n');
  const made: string[] = [];
  for (const model of ["quoted", "again"]) {
    const created = await home.codo(["models", "create", model, "-f", file, "--allow-outside"]);
    expect(created.status, created.stderr).toBe(0);
    const { stdout } = await home.codo(["models", "show", model, "--modelfile"]);
    await writeFile(file, stdout);
    made.push(stdout.replace(`FROM ${model}:latest`, ""));
  }
  expect(made[0]).toContain('SYSTEM """"Quoted" start"""\nPARAMETER');
  expect(made[1]).toBe(made[0]);
  await home.codo(["models", "rm", "quoted", "again"]);
});

describe("chat in a pipe", () => {
  it("takes a line a turn, slash commands, and a saved chat up again", async () => {
    const lines = [
      "Hello",
      "/save friend",
      "/system Be brief.",
      "/system",
      "/undo",
      "/context",
      "/nosuch",
      "/bye",
      "never sent",
    ];
    const chat = await home.codo(["chat", "-m", "codo-tiny"], { stdin: lines.join("\n") });
    expect(chat.stdout).toContain("Hello! How can I help you today?\nBe brief.\n");
    expect(chat.stdout).toContain("1 message, policy rolling");
    expect(chat.stderr).toContain("There is no command /nosuch.");
    expect(chat.status).toBe(1);
    const resumed = await home.codo(["chat", "--resume", "friend"], { stdin: "/show messages\n" });
    expect(resumed.stdout).toBe("user: Hello\nassistant: Hello! How can I help you today?\n");
  });

  it("keeps the answer that was there when asking again fails", async () => {
    const lines = ["Hello", '/set format {"type":"bogus"}', "/retry", "/show messages"];
    const { stdout, stderr, status } = await home.codo(["chat", "-m", "codo-tiny"], { stdin: lines.join("\n") });
    expect(stderr).toContain("bogus");
    expect(stdout).toMatch(/user: Hello\nassistant: Hello! How can I help you today\?\n$/);
    expect(status).toBe(1);
  });

  it("is a failure when a turn with --json failed, whose one value is the result", async () => {
    const { stdout, stderr, status } = await home.codo(["chat", "-m", "cdo-tiny", "--json"], { stdin: "Hello\n" });
    expect(jsonLines(stdout)).toMatchObject([{ success: false }]);
    expect(stderr).toContain("Did you mean codo-tiny?");
    expect(status).toBe(1);
  });

  it("takes messages of several lines and prints a result a line", async () => {
    const { stdout, status } = await home.codo(["chat", "-m", "codo-tiny", "--json"], {
      stdin: '"""Hello\nthere"""\n',
    });
    expect(status).toBe(0);
    expect(jsonLines(stdout)).toEqual([expect.objectContaining({ prompt: "Hello\nthere", success: true })]);
  });
});

describe("models", () => {
  it("makes a model from a Modelfile", async () => {
    await writeFile(join(home.folder, "Modelfile"), "FROM codo-tiny\nSYSTEM Be brief.\n");
    expect((await home.codo(["models", "create", "brief"])).status).toBe(0);
    expect((await home.codo(["models", "show", "brief"])).stdout).toContain("Be brief.");
    expect((await home.codo(["models", "rm", "brief"])).status).toBe(0);
  });

  it("gives a second name, lists as Ollama does, and deletes", async () => {
    expect((await home.codo(["models", "cp", "codo-tiny", "mine"])).status).toBe(0);
    const listed = await home.codo(["models", "list"]);
    expect(listed.stdout).toMatch(/^NAME +ID +SIZE +MODIFIED\n/);
    expect(listed.stdout).toMatch(/mine:latest +[0-9a-f]{12} +2\.4 MB/);
    expect((await home.codo(["models", "rm", "mine"])).status).toBe(0);
    expect((await home.codo(["models", "rm", "mine"])).status).toBe(7);
  });
});

describe("config", () => {
  it(
    "sets, explains, moves to another machine, and says what has no effect",
    async () => {
      const one = await createHome(engine.url);
      await one.codo(["config", "set", "models.codo-tiny.numPredict", "3"]);
      await one.codo(["config", "set", "apiKey", "secret-key"]);
      const explained = await one.codo(["config", "explain", "numPredict", "-m", "codo-tiny:latest"]);
      expect(explained.stdout).toContain("options.numPredict = 3 (model: models.codo-tiny:latest)");
      const hidden = await one.codo(["config", "set", "serverPort", "1"]);
      expect(hidden.stderr).toContain("OLLAMA_HOST");
      expect((await one.codo(["config", "list", "--json"])).stdout).not.toContain("secret-key");
      await one.codo(["config", "export", "portable.json"]);
      const portable = await readFile(join(one.folder, "portable.json"), "utf8");
      expect(portable).not.toContain("secret-key");
      const other = await createHome(engine.url);
      await writeFile(join(other.folder, "portable.json"), portable);
      const imported = await other.codo(["config", "import", "portable.json"]);
      expect(imported.stdout).toContain("+ models.codo-tiny.numPredict = 3");
      expect((await other.codo(["config", "get", "models.codo-tiny.numPredict"])).stdout).toBe("3\n");
    },
    SLOW,
  );

  it(
    "leaves a broken file alone, says where it is broken, and mends it on request",
    async () => {
      const one = await createHome(engine.url);
      const file = (await one.codo(["config", "path"])).stdout.trim();
      await mkdir(join(file, ".."), { recursive: true });
      await writeFile(file, '{\n  "serverPort": \n}');
      const broken = await one.codo(["models", "list"]);
      expect(broken.status).toBe(1);
      expect(broken.stderr).toContain("config.json:3:1");
      expect((await one.codo(["doctor", "--json"])).status).toBe(0);
      expect((await one.codo(["config", "reset"])).stderr).toContain(".bak");
      expect((await one.codo(["models", "list"])).status).toBe(0);
    },
    SLOW,
  );
});

describe("outputs", () => {
  it(
    "lists by page, shows code, exports and removes",
    async () => {
      const one = await createHome(engine.url);
      for (const prompt of ["Hello", "Hello again", "What is your name?"])
        await one.codo(["run", "-m", "codo-tiny", prompt]);
      const page = JSON.parse((await one.codo(["outputs", "list", "--limit", "2", "--json"])).stdout);
      expect(page.items).toHaveLength(2);
      const rest = JSON.parse((await one.codo(["outputs", "list", "--cursor", page.nextCursor, "--json"])).stdout);
      expect(rest).toEqual({ items: [expect.objectContaining({ promptPreview: "Hello" })] });
      expect((await one.codo(["outputs", "search", "name"])).stdout).toContain("your name");
      expect((await one.codo(["outputs", "export", "all.md"])).stderr).toContain("3 records");
      expect((await one.codo(["outputs", "rm", page.items[0].id, "01JDAB0000000000000000000A"])).status).toBe(1);
      expect(JSON.parse((await one.codo(["outputs", "stats", "--json"])).stdout).count).toBe(2);
    },
    SLOW,
  );
});
