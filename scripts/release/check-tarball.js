// What a tarball must be before a stranger gets it.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { homedir } from "node:os";
import { join, relative } from "node:path";
import { root } from "../packages.js";

/** What a package may consist of; everything else came along by mistake. */
const EXPECTED = [/^dist\//, /^bin\//, /^schema\//, /^models\//, /^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/];
const NEEDED = ["package.json", "README.md", "LICENSE", "CHANGELOG.md"];
const OF_TESTS = /(^|\/)(tests?|fixtures?|golden|__snapshots__)(\/|$)|^dist\/conformance|\.test\.|\.test-d\.|\.snap$/;
/** The demo models are the engine's, and nobody else's. */
const MODELS = /^models\/|\.gguf$|\.safetensors$/;
/** What is bundled with the code of others inside, and where their licences are. */
const CARRIERS = [
  { isThere: /\.cjs$/, notices: "dist/THIRD-PARTY-NOTICES.md" },
  { isThere: /^dist\/page\/assets\/.*\.js$/, notices: "dist/page/THIRD-PARTY-NOTICES.md" },
];
const TEXT = /\.(c?js|map|ts|json|md)$/;
/** An import of a module by its name, in what esbuild writes unminified. */
const IMPORT = /^(?:import|export) (?:[^"';]* from )?"([^"./][^"]*)"/gm;

/**
 * @param folder - the unpacked tarball
 * @param isFirst - whether a changeset waits that gives it its first version, and with it a changelog
 * @returns what is wrong, one line each
 */
export function checkTarball(folder, { name }, isFirst) {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const wrong = [
    ...NEEDED.filter((file) => !files.includes(file) && !(isFirst && file === "CHANGELOG.md")).map(
      (file) => `lacks ${file}`,
    ),
    ...files
      .filter((file) => !EXPECTED.some((pattern) => pattern.test(file)) && !file.endsWith("/package.json"))
      .map((file) => `${file} is nothing that is published`),
    ...files.filter((file) => OF_TESTS.test(file)).map((file) => `${file} is of the tests`),
    ...(name === "engine"
      ? []
      : files.filter((file) => MODELS.test(file)).map((file) => `${file}: models are the engine's`)),
    ...manifestFaults(manifest, isFirst),
  ];
  for (const file of files.filter((each) => TEXT.test(each))) {
    const text = readFileSync(join(folder, file), "utf8");
    for (const place of [root, homedir() === "/" ? root : homedir()])
      if (text.includes(`${place}/`)) wrong.push(`${file} names a folder of this machine: ${place}`);
    if (file.endsWith(".js"))
      wrong.push(
        ...undeclaredImports(text, manifest).map((module) => `${file} imports ${module}, which no dependency brings`),
      );
  }
  for (const { isThere, notices } of CARRIERS)
    if (files.some((file) => isThere.test(file)) && !files.includes(notices))
      wrong.push(`carries the code of others without their licences in ${notices}`);
  return {
    wrong: [...new Set(wrong)],
    files: files.length,
    sizeBytes: files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0),
  };
}

function manifestFaults(manifest, isFirst) {
  const text = JSON.stringify(manifest);
  return [
    ...(/"(workspace|catalog|link|file):/.test(JSON.stringify({ ...manifest, devDependencies: {} }))
      ? ["package.json has ranges that only this workspace understands"]
      : []),
    ...(text.includes("@codo/source") ? ["package.json points at sources"] : []),
    ...["description", "license", "engines", "exports"]
      .filter((field) => manifest[field] === undefined)
      .map((field) => `package.json has no ${field}`),
    ...(manifest.version === "0.0.0" && !isFirst ? ["has no version yet: give it a changeset"] : []),
    ...(manifest.publishConfig?.access === "public" ? [] : ["package.json does not say that access is public"]),
  ];
}

function undeclaredImports(text, manifest) {
  const declared = new Set(
    ["dependencies", "optionalDependencies", "peerDependencies"].flatMap((kind) => Object.keys(manifest[kind] ?? {})),
  );
  return [...text.matchAll(IMPORT)]
    .map(([, module]) =>
      module
        .split("/")
        .slice(0, module.startsWith("@") ? 2 : 1)
        .join("/"),
    )
    .filter((module) => !isBuiltin(module) && !declared.has(module) && module !== manifest.name);
}
