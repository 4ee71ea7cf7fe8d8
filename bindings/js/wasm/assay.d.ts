// Emscripten's loader, dist/wasm/assay.js.
interface Settings {
  instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void): object;
  /** Called from C++ while a watched call runs. */
  tellProgress(done: number, total: number): void;
}
/** Exports by name: `scoring.crps_ensemble`, `core.allocate` and so on; each takes and gives numbers. */
export type Exports = Readonly<Record<string, (argument?: number) => number>>;
export default function createAssay(settings: Settings): Promise<Exports>;
