// One module for the group: its commands are small, and each file more is one more for Node to find.
export { run as cleanOutputs } from "./clean-outputs.js";
export { run as exportOutputs } from "./export-outputs.js";
export { run as listOutputs } from "./list-outputs.js";
export { run as outputPath } from "./output-path.js";
export { run as outputStats } from "./output-stats.js";
export { run as rebuildIndex } from "./rebuild-index.js";
export { run as removeOutputs } from "./remove-outputs.js";
export { run as searchOutputs } from "./search-outputs.js";
export { run as showOutput } from "./show-output.js";
