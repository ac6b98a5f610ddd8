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
