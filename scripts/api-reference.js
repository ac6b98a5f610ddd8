// `pnpm docs:api`: the API reference from the doc comments, as Markdown in docs/api (which git does not keep). Fails where
// an export has no comment or a link leads nowhere. Needs no network.
import { join } from "node:path";
import { Application, ReflectionKind } from "typedoc";
import { publicPackages, root } from "./packages.js";

/** The entries of a package, as their sources. */
const entriesOf = ({ dir, manifest }) =>
  Object.values(manifest.exports)
    .map((target) => target["@codo/source"])
    .filter((source) => source?.endsWith(".ts"))
    .map((source) => join(dir, source));

const app = await Application.bootstrapWithPlugins({
  entryPoints: publicPackages().flatMap(entriesOf),
  tsconfig: join(root, "tsconfig.json"),
  plugin: ["typedoc-plugin-markdown"],
  out: join(root, "docs/api"),
  name: "codo",
  readme: "none",
  excludeInternal: true,
  excludePrivate: true,
  excludeExternals: true,
  disableSources: true,
  disableGit: true,
  hideGenerator: true,
  skipErrorChecking: true,
  validation: { notExported: false, invalidLink: true, invalidPath: true, rewrittenLink: false },
  logLevel: "Warn",
});
const project = await app.convert();
if (project === undefined) throw new Error("The sources could not be read.");
app.validate(project);
// Exports have a comment; what an interface consists of often speaks for itself.
for (const module of project.getChildrenByKind(ReflectionKind.Module))
  for (const each of module.children ?? [])
    if (!each.isReference() && !each.hasComment() && !each.signatures?.some((signature) => signature.hasComment()))
      app.logger.warn(`${each.name} of ${module.name} has no comment`);
if (!process.argv.includes("--check")) await app.generateOutputs(project);
process.exitCode = app.logger.hasErrors() || app.logger.hasWarnings() ? 1 : 0;
