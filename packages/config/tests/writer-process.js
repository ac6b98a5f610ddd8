// One of several processes that change the same file: sets `options.<name><n>` keys until told how many.
import { ConfigManager } from "../dist/index.js";

const [file, name, count] = process.argv.slice(2);
const config = new ConfigManager(file, { env: {} });
for (let n = 0; n < Number(count); n++) {
  const isSaved = await config.updateConfig({ models: { [`${name}-${n}`]: { seed: n } } });
  process.stdout.write(isSaved ? `${name}-${n}\n` : `failed ${config.lastError?.message}\n`);
}
