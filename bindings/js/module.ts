// Loads the WebAssembly module, once, and holds it.
import createAssay, { type Exports } from './wasm/assay.js';
import { AssayError } from './errors.js';
import { importNode } from './node.js';

export interface InitOptions {
  /** Where assay.wasm lies; default: beside this package's modules. */
  readonly wasmUrl?: string | URL | undefined;
  /** The bytes of assay.wasm. */
  readonly wasmBinary?: BufferSource | undefined;
  /** assay.wasm, compiled. */
  readonly wasmModule?: WebAssembly.Module | undefined;
}

export interface Instance {
  readonly exports: Exports;
  readonly memory: WebAssembly.Memory;
  /** Functions by the index that is their address in C++. */
  readonly table: WebAssembly.Table;
  readonly module: WebAssembly.Module;
}

/** Told how far a call has come while it runs. */
export type ProgressListener = (done: number, total: number) => void;

let progressListener: ProgressListener | undefined;

/** Makes calls tell of their progress, or no longer. Only code that runs beside a call can make use of it: a worker. */
export function watchProgress(listener: ProgressListener | undefined): void {
  progressListener = listener;
}

export const isWatched = (): boolean => progressListener !== undefined;

let loading: Promise<void> | undefined;
let loaded: Instance | undefined;

/** Loads the library. Calls after the first wait for the same loading; after a failure one may try again. */
export function init(options: InitOptions = {}): Promise<void> {
  loading ??= load(options).catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/** The loaded module; throws before `init` has done its work. */
export function instance(functionName: string): Instance {
  if (loaded) return loaded;
  throw new AssayError(
    'state',
    'not_initialised',
    '',
    functionName,
    `${functionName}: the library is not loaded; call \`await init()\` first`,
  );
}

async function load(options: InitOptions): Promise<void> {
  const module = options.wasmModule ?? (await compile(options));
  try {
    loaded = await instantiate(module);
  } catch (error) {
    throw loadFailed('the WebAssembly module', messageOf(error));
  }
}

async function instantiate(module: WebAssembly.Module): Promise<Instance> {
  let found: Pick<Instance, 'memory' | 'table'> | undefined;
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => (fail = reject));
  const made = createAssay({
    tellProgress: (done, total) => progressListener?.(done, total),
    instantiateWasm(imports, done) {
      WebAssembly.instantiate(module, imports)
        .then((instance) => {
          found = memoryAndTable(instance);
          done(instance);
        })
        .catch(fail);
      return {};
    },
  });
  const exports = await Promise.race([failed, made]);
  if (!found) throw new Error('it was not instantiated');
  return { exports, module, ...found };
}

/** Their names are shortened by the linker; there is one of each. */
function memoryAndTable(instance: WebAssembly.Instance): Pick<Instance, 'memory' | 'table'> {
  const items = Object.values(instance.exports);
  const memory = items.find((item) => item instanceof WebAssembly.Memory);
  const table = items.find((item) => item instanceof WebAssembly.Table);
  if (!memory || !table) throw new Error('it belongs to another version of the package');
  return { memory, table };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function compile(options: InitOptions): Promise<WebAssembly.Module> {
  if (options.wasmBinary) return WebAssembly.compile(options.wasmBinary);
  const url =
    options.wasmUrl === undefined ? new URL('./wasm/assay.wasm', import.meta.url) : absolute(options.wasmUrl);
  try {
    return url.protocol === 'file:' ? await WebAssembly.compile(await readFile(url)) : await fetchModule(url);
  } catch (error) {
    throw error instanceof AssayError ? error : loadFailed(url.href, messageOf(error));
  }
}

function absolute(url: string | URL): URL {
  if (url instanceof URL) return url;
  return new URL(url, typeof location === 'undefined' ? import.meta.url : location.href);
}

async function fetchModule(url: URL): Promise<WebAssembly.Module> {
  const response = await fetch(url, { credentials: 'same-origin' });
  if (!response.ok) throw loadFailed(url.href, String(response.status));
  const streams = response.headers.get('content-type')?.startsWith('application/wasm') ?? false;
  return streams ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}

async function readFile(url: URL): Promise<BufferSource> {
  const fs = await importNode('node:fs/promises');
  return new Uint8Array(await fs.readFile(url));
}

function loadFailed(what: string, why: string): AssayError {
  return new AssayError(
    'unavailable',
    'load_failed',
    'wasmUrl',
    'init',
    `init: could not load ${what} (${why}); pass { wasmUrl }`,
  );
}
