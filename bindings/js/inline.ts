// `assay/inline`: everything, with the WebAssembly inside as base64: for strict bundlers and pages of a single file.
import base64 from 'assay-wasm-base64';
import { init as load, type InitOptions } from './module.js';

export * from '../index.js';

/** The bytes of assay.wasm. */
export function wasmBinary(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

/** Loads the library from the bytes inside this module. */
export function init(options: InitOptions = {}): Promise<void> {
  const given =
    options.wasmUrl !== undefined || options.wasmBinary !== undefined || options.wasmModule !== undefined;
  return load(given ? options : { wasmBinary: wasmBinary() });
}
