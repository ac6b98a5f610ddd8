// The licences of what others wrote and the executable carries inside, beside it: dist/THIRD-PARTY-NOTICES.md.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const METAFILE = "dist/metafile-cjs.json";
const LICENCE_FILE = /^(licen[cs]e|copying|notice)/i;

/** The folder of the package that a bundled file belongs to, or undefined for our own sources. */
function packageFolder(file) {
  if (!file.includes("node_modules")) return undefined;
  let folder = dirname(resolve(file));
  // Parts of a package have a package.json too, which says only how they are loaded.
  while (!existsSync(join(folder, "package.json")) || manifestOf(folder).version === undefined)
    folder = dirname(folder);
  return folder;
}

const manifestOf = (folder) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

function notice(folder) {
  const { name, version, license } = manifestOf(folder);
  const texts = readdirSync(folder)
    .filter((file) => LICENCE_FILE.test(file) && !file.endsWith(".js"))
    .sort()
    .map((file) => readFileSync(join(folder, file), "utf8").trim());
  if (license === undefined && texts.length === 0)
    throw new Error(`${name} ${version} states no licence: look before it is bundled.`);
  return `## ${name} ${version}\n\nLicence: ${license ?? "see below"}\n\n${texts.map((text) => `\`\`\`text\n${text}\n\`\`\`\n`).join("\n")}`;
}

const { outputs } = JSON.parse(readFileSync(METAFILE, "utf8"));
const carried = Object.values(outputs).flatMap(({ inputs }) =>
  Object.entries(inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([file]) => packageFolder(file)),
);
const folders = [...new Set(carried.filter((folder) => folder !== undefined))];
const notices = folders.map(notice).sort();
writeFileSync(
  "dist/THIRD-PARTY-NOTICES.md",
  `# What others wrote\n\nThe executable \`codo\` carries these packages inside.\n\n${notices.join("\n")}`,
);
rmSync(METAFILE);
