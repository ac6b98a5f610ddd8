// A scripted host as a process of its own, for a network of its own: node host-process.js ADDRESS SERVICE-MS
import { ScriptedHost } from "./scripted-host.js";

const [address, serviceMs] = process.argv.slice(2);
const host = new ScriptedHost(Number(serviceMs), (prompt) => process.send({ prompt, atMs: Date.now() }));
process.send({ url: await host.listen(address) });
process.on("disconnect", () => process.exit(0));
