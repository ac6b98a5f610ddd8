// One module for the group: its commands are small, and each file more is one more for Node to find.
export { run as copyModel } from "./copy-model.js";
export { run as createModel } from "./create-model.js";
export { run as listLoaded } from "./list-loaded.js";
export { run as listModels } from "./list-models.js";
export { run as loadModels } from "./load-models.js";
export { run as modelStats } from "./model-stats.js";
export { run as pullModels } from "./pull-models.js";
export { run as removeModels } from "./remove-models.js";
export { run as showModel } from "./show-model.js";
export { run as unloadModels } from "./unload-models.js";
export { run as updateModels } from "./update-models.js";
