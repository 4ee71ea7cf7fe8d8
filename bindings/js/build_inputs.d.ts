// Modules that scripts/build-js.mjs puts in at build time.
declare module 'assay-wasm-base64' {
  const base64: string;
  export default base64;
}
declare module 'assay-api-json' {
  const api: import('./internal.js').Api;
  export default api;
}
