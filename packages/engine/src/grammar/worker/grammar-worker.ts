/** Entry of the thread that makes grammars, so that a schema never holds the one that serves. */
import { parentPort } from "node:worker_threads";
import { type GrammarJob, GrammarWorkshop } from "./grammar-job.js";

const workshop = new GrammarWorkshop();
parentPort?.on("message", (job: GrammarJob) => parentPort?.postMessage(workshop.do(job)));
parentPort?.postMessage("ready");
