#!/usr/bin/env node
const argv = process.argv.slice(2);
// Programs ask for the version often, and it needs none of the rest.
if (argv.length === 1 && argv[0] === "--version") {
  process.stdout.write(`codo ${require("../package.json").version}\n`);
} else {
  keepCompiled();
  require("../dist/codo.cjs");
}

/** Node's own cache of compiled code, from Node 22 on, where no other user can write. */
function keepCompiled() {
  const { enableCompileCache } = require("node:module");
  if (enableCompileCache === undefined) return;
  const { NODE_COMPILE_CACHE, XDG_CACHE_HOME } = process.env;
  const { join } = require("node:path");
  const own = () => join(XDG_CACHE_HOME || join(require("node:os").homedir(), ".cache"), "codo", "compiled");
  enableCompileCache(NODE_COMPILE_CACHE || own());
}
