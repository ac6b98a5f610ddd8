import { defineConfig } from "vite";

export default defineConfig({
  root: "page",
  base: "/",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../dist/page",
    emptyOutDir: true,
    // The policy of the page allows no `data:` scripts, and no inline ones.
    assetsInlineLimit: 0,
    // What others wrote is inside.
    license: { fileName: "THIRD-PARTY-NOTICES.md" },
    modulePreload: { polyfill: false },
  },
});
