// What yargs imports under this name is a default export.
// biome-ignore lint/style/noDefaultExport: yargs asks for one.
export { stringWidth as default } from "./string-width.js";
