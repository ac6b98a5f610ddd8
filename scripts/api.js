// The API report: every public name of every package as text, committed, so that a changed surface shows in a diff.
// `pnpm api` writes packages/*/api/*.api.md from the built declarations; `pnpm api:check` fails where they differ.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { CompilerState, Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";

const checkOnly = process.argv.includes("--check");
const root = resolve(import.meta.dirname, "..");

/** Every entry point of every public package that has declarations: `{ dir, report, declarations }`. */
const entries = readdirSync(join(root, "packages")).flatMap((name) => {
  const dir = join(root, "packages", name);
  if (!existsSync(join(dir, "package.json"))) return [];
  const manifest = JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));
  if (manifest.private) return [];
  return Object.entries(manifest.exports ?? {})
    .filter(([, target]) => typeof target === "object" && target.types)
    .map(([path, target]) => ({
      dir,
      report: path === "." ? "index" : path.slice(2).replaceAll("/", "-"),
      declarations: join(dir, target.types),
    }));
});

const missing = entries.filter(({ declarations }) => !existsSync(declarations));
if (missing.length > 0) {
  console.error(`No declarations at ${missing.map(({ declarations }) => declarations).join(", ")}: run "pnpm build".`);
  process.exit(1);
}

const configs = entries.map(({ dir, report, declarations }) => {
  const reportFolder = join(dir, "api");
  if (!checkOnly) mkdirSync(reportFolder, { recursive: true });
  return ExtractorConfig.prepare({
    configObject: {
      projectFolder: dir,
      mainEntryPointFilePath: declarations,
      newlineKind: "lf",
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: "ES2022",
            lib: ["ES2023", "ESNext.Disposable", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
            types: ["node"],
            typeRoots: [join(root, "node_modules", "@types")],
            module: "NodeNext",
            moduleResolution: "NodeNext",
            strict: true,
            exactOptionalPropertyTypes: true,
            skipLibCheck: true,
          },
          files: [declarations],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: `${report}.api.md`,
        reportFolder,
        reportTempFolder: join(tmpdir(), `codo-api-${process.pid}`),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        // The report is about the surface; release tags and links in comments are other tools' business.
        extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(dir, "package.json"),
  });
});

// One program for all entry points: a package's declarations are read once, and not once for each that depends on it.
const [first] = configs;
const compilerState = CompilerState.create(first, {
  additionalEntryPoints: configs.map((config) => config.mainEntryPointFilePath),
});

const failed = [];
for (const [index, extractorConfig] of configs.entries()) {
  const { dir, report } = entries[index];
  const name = join("packages", dir.split("/packages/")[1] ?? dir, "api", `${report}.api.md`);
  const result = Extractor.invoke(extractorConfig, {
    compilerState,
    localBuild: !checkOnly,
    messageCallback: (message) => {
      message.handled = true;
      if (message.logLevel === ExtractorLogLevel.Error) console.error(message.text);
    },
  });
  if (result.errorCount > 0 || (checkOnly && result.apiReportChanged)) failed.push(name);
  else if (result.apiReportChanged) console.log(`updated ${name}`);
}
rmSync(join(tmpdir(), `codo-api-${process.pid}`), { recursive: true, force: true });

if (failed.length > 0) {
  console.error(`The public API differs from its report: ${failed.join(", ")}.`);
  console.error(`If that is meant, run "pnpm api" and commit the reports.`);
  process.exitCode = 1;
} else {
  console.log(`${entries.length} API reports ${checkOnly ? "agree" : "are up to date"}`);
}
