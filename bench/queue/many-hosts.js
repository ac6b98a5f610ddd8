// Some of the simulated hosts of a fleet, each with a worker of its own, in one process:
// node many-hosts.js QUEUE-URL NAME HOSTS FIRST SERVICE-MS DIE-AFTER-MS DYING
import { setTimeout as delay } from "node:timers/promises";
import { OllamaError } from "@codo/ollama-core";
import { createWorker } from "@codo/ollama-queue";
import { ScriptedExecutor } from "@codo/ollama-runner/testing";

const [connection, name, hosts, first, serviceMs, dieAfterMs, dying] = process.argv.slice(2);
let isDead = false;
const gone = () => new OllamaError("SERVER_UNAVAILABLE", "The host died.");

/** A host that answers each prompt with itself, until it dies. */
function hostThat(mayDie) {
  const executor = new ScriptedExecutor({
    record: false,
    reply: async ({ prompt }) => {
      await delay(Number(serviceMs) * (0.5 + Math.random()));
      return mayDie && isDead ? { errorCode: "SERVER_UNAVAILABLE", errorMessage: "The host died." } : { text: prompt };
    },
    loaded: () => {
      if (mayDie && isDead) throw gone();
      return [];
    },
  });
  return executor;
}

for (let at = 0; at < Number(hosts); at++) {
  const host = `host-${Number(first) + at}`;
  const executor = hostThat(at < Number(dying));
  await createWorker({ connection, name, executor, host, models: ["m"], concurrency: 2 });
}
console.log("ready");
await delay(Number(dieAfterMs));
isDead = true;
await new Promise(() => {});
