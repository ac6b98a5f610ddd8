import type { OptionSpec } from "../arguments/command-spec.js";
import type { ParsedArguments } from "../arguments/parsed-arguments.js";

/** Options that every command takes. */
export const GLOBAL_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  json: { type: "flag", describe: "Print JSON and nothing else on stdout" },
  quiet: { type: "flag", alias: "q", describe: "No progress and no notes on stderr" },
  verbose: { type: "flag", describe: "Timings, and the stack of an error" },
  "no-color": { type: "flag", describe: "No colour; so do NO_COLOR and pipes" },
  host: { type: "text", placeholder: "URL", describe: "The server, as OLLAMA_HOST is written" },
  config: { type: "text", placeholder: "FILE", completes: "files", describe: "The configuration file to use alone" },
  "output-dir": { type: "text", placeholder: "FOLDER", completes: "folders", describe: "Where results are kept" },
};

/** What the global options say. */
export interface GlobalSettings {
  isJson: boolean;
  isQuiet: boolean;
  isVerbose: boolean;
  noColor: boolean;
  host?: string;
  configFile?: string;
  outputDir?: string;
}

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
