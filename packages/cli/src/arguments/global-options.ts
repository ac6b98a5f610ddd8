import type { GlobalSettings } from "../context/global-settings.js";
import type { OptionSpec } from "./command-spec.js";
import type { ParsedArguments } from "./parsed-arguments.js";

/** Options that every command takes. */
export const GLOBAL_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  json: { type: "flag", describe: "Print JSON and nothing else on stdout" },
  quiet: { type: "flag", alias: "q", describe: "Print no progress and no notes to stderr" },
  verbose: { type: "flag", describe: "Print timings, and the stack trace of an error" },
  "no-color": { type: "flag", describe: "Print no colour; NO_COLOR and pipes do the same" },
  host: { type: "text", placeholder: "URL", describe: "The server's address, in the form of OLLAMA_HOST" },
  config: {
    type: "text",
    placeholder: "FILE",
    completes: "files",
    describe: "Use this configuration file and no other",
  },
  "output-dir": { type: "text", placeholder: "FOLDER", completes: "folders", describe: "The folder for saved results" },
};

/** Reads the global options of a command line. */
export function readGlobals(args: ParsedArguments): GlobalSettings {
  const [host, configFile, outputDir] = ["host", "config", "output-dir"].map((name) => args.text(name));
  return {
    isJson: args.flag("json"),
    isQuiet: args.flag("quiet"),
    isVerbose: args.flag("verbose"),
    noColor: args.flag("no-color"),
    ...(host ? { host } : {}),
    ...(configFile ? { configFile } : {}),
    ...(outputDir ? { outputDir } : {}),
  };
}
