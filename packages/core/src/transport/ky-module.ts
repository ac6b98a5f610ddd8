// A name of its own: where a bundle is CommonJS, an `import()` gives no default export as it stands here.
export { default as ky } from "ky";
