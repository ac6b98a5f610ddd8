import { statfs } from "node:fs/promises";
import { isExecutableFound } from "@codo/ollama-config";
import { type CliContext, loadEngine } from "../../context/cli-context.js";
import { toErrorReport } from "../../errors/report-error.js";
import { describeMissing } from "../../hints/no-server.js";
import { askEngine, describeFacts, TO_ENGINE, toOther } from "../../running/who-computes.js";
import { counted, formatBytes } from "../../terminal/quantities.js";
import { serverProbe } from "../config/server-probe.js";

/** What one check found. */
export interface Check {
  name: string;
  status: "ok" | "warning" | "failure";
  message: string;
  /** How to mend it. */
  remedy?: string;
}

const LEAST_NODE = [20, 19] as const;
const LITTLE_DISK_BYTES = 5e9;

/** Every check, in the order in which they are reported. None of them throws. */
export const CHECKS: readonly ((context: CliContext) => Promise<Check | Check[]>)[] = [
  checkNode,
  checkConfig,
  checkServer,
  checkModels,
  checkCompute,
  checkOllama,
  checkEngine,
  checkOutputs,
  checkDisk,
];

async function checkNode(): Promise<Check> {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isEnough = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  const found = { name: "node", message: `Node ${process.versions.node}` };
  if (isEnough) return { ...found, status: "ok" };
  return { ...found, status: "failure", remedy: `Install Node ${LEAST_NODE.join(".")} or later.` };
}

async function checkConfig(context: CliContext): Promise<Check | Check[]> {
  const config = context.unreadConfig();
  const { errors, warnings } = await config.validateConfig();
  const checks: Check[] = errors.map(({ path, message, line, file }) => ({
    name: "config",
    status: "failure",
    message: `${path}: ${message}`,
    remedy: `Mend ${file ?? path}${line === undefined ? "" : `, line ${line}`}, or \`codo config reset\`.`,
  }));
  // Whether Ollama is there is reported by a check of its own.
  for (const { path, message } of warnings.filter((warning) => warning.path !== "ollamaBinary")) {
    checks.push({ name: "config", status: "warning", message: `${path}: ${message}` });
  }
  if (checks.length > 0) return checks;
  return { name: "config", status: "ok", message: `Settings are valid (${config.configFile})` };
}

async function checkServer(context: CliContext): Promise<Check> {
  try {
    const server = await context.server();
    const found = await server.find();
    if (found !== undefined) {
      const version = found.version === undefined ? "" : `, version ${found.version}`;
      return { name: "server", status: "ok", message: `${found.url} answers${version}` };
    }
    const health = await server.health();
    const { message, hint } = await describeMissing(context, health);
    if ((await context.isHostExplicit()) || health.status === "foreign") {
      return { name: "server", status: "failure", message, remedy: hint };
    }
    const remedy = "`codo server start` starts one; commands also start one for themselves.";
    return { name: "server", status: "warning", message, remedy };
  } catch (error) {
    return failure("server", error, "Fix the settings first.");
  }
}

async function checkModels(context: CliContext): Promise<Check> {
  const { listModels } = await serverProbe(context);
  if (listModels === undefined) return { name: "models", status: "warning", message: "No server to ask for models" };
  try {
    const names = await listModels();
    if (names.length > 0) {
      return {
        name: "models",
        status: "ok",
        message: `${counted(names.length, "model")}: ${names.slice(0, 5).join(", ")}`,
      };
    }
    return {
      name: "models",
      status: "warning",
      message: "No model is installed",
      remedy: "`codo models pull llama3.2` gets one.",
    };
  } catch (error) {
    const { message, hint = "`codo server status` shows whether the server still runs." } = toErrorReport(error).error;
    return failure("models", new Error(message), hint);
  }
}

/** Which server computes, what it can do here, and how to switch. */
async function checkCompute(context: CliContext): Promise<Check> {
  try {
    const found = await (await context.server()).find();
    const engine = found === undefined ? undefined : await askEngine(found.url);
    if (found !== undefined && engine === undefined) {
      return {
        name: "compute",
        status: "ok",
        message: `${found.url} computes: no engine of codo's`,
        remedy: TO_ENGINE,
      };
    }
    const facts = engine ?? (await (await loadEngine()).engineFacts());
    const where = found === undefined ? "The built-in engine would compute" : `The engine at ${found.url} computes`;
    const message = `${where} with ${describeFacts(facts)}`;
    return {
      name: "compute",
      status: facts.computes === "nothing" ? "warning" : "ok",
      message,
      remedy: toOther(facts),
    };
  } catch (error) {
    return { ...failure("compute", error, "`codo server start` starts a server."), status: "warning" };
  }
}

async function checkOllama(context: CliContext): Promise<Check> {
  const binary = await context.config().then(
    ({ config }) => config.ollamaBinary,
    () => "ollama",
  );
  if (await isExecutableFound(binary, context.env)) {
    return { name: "ollama", status: "ok", message: `${binary} is found` };
  }
  const remedy = "Install it from https://ollama.com/download for larger models; the built-in engine works without.";
  return { name: "ollama", status: "warning", message: `${binary} is not on the PATH`, remedy };
}

async function checkEngine(): Promise<Check> {
  try {
    await loadEngine();
    return { name: "engine", status: "ok", message: "The built-in engine is installed" };
  } catch (error) {
    const remedy = "npm install @codo/ollama-engine, or use an Ollama server.";
    return { ...failure("engine", error, remedy), status: "warning" };
  }
}

async function checkOutputs(context: CliContext): Promise<Check> {
  try {
    const folder = await context.outputFolder();
    await (await context.outputs()).testSave();
    return { name: "outputs", status: "ok", message: `${folder} keeps results: one was saved, read and removed` };
  } catch (error) {
    return failure("outputs", error, "Choose another folder with --output-dir or outputDirectory.");
  }
}

async function checkDisk(context: CliContext): Promise<Check> {
  try {
    const folder = await context.outputFolder();
    const { bavail, bsize } = await statfs(folder);
    const free = { name: "disk", message: `${formatBytes(bavail * bsize)} free` };
    if (bavail * bsize >= LITTLE_DISK_BYTES) return { ...free, status: "ok" };
    return { ...free, status: "warning", remedy: "`codo models rm` and `codo outputs clean` make room." };
  } catch (error) {
    return failure("disk", error, "Check the folder of the results.");
  }
}

function failure(name: string, error: unknown, remedy: string): Check {
  return { name, status: "failure", message: error instanceof Error ? error.message : String(error), remedy };
}
