// Arrays of the benchmark cases in the library's memory.
import { alloc } from '../../dist/index.js';

/** The values in the WebAssembly memory, so that the kernel is measured and not the copy. */
export function inHeap(values) {
  const name = values.constructor.name.replace('Array', '').toLowerCase();
  const heap = alloc[name](values.length);
  heap.view.set(values);
  return heap;
}
