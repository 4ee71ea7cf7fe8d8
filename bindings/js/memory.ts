// Memory of the library as JavaScript sees it: views that stay fresh, the arena in which arguments are staged, and arrays
// that users may keep in it.
import { AssayError } from './errors.js';
import { instance } from './module.js';
import type { NumericArray } from './types.js';

export let buffer: ArrayBufferLike = new ArrayBuffer(0);
export let f64 = new Float64Array();
export let f32 = new Float32Array();
export let u32 = new Uint32Array();
export let i32 = new Int32Array();
export let u16 = new Uint16Array();
export let i16 = new Int16Array();
export let u8 = new Uint8Array();
export let i8 = new Int8Array();

/** New views after memory has grown: the old ones have length 0 then. To be called after anything that may allocate. */
export function refresh(): void {
  if (u8.length !== 0) return;
  buffer = instance('refresh').memory.buffer;
  f64 = new Float64Array(buffer);
  f32 = new Float32Array(buffer);
  u32 = new Uint32Array(buffer);
  i32 = new Int32Array(buffer);
  u16 = new Uint16Array(buffer);
  i16 = new Int16Array(buffer);
  u8 = new Uint8Array(buffer);
  i8 = new Int8Array(buffer);
}

/** Bytes from the library's allocator; `asked` of them are what the caller needs. */
export function allocate(bytes: number, functionName: string, asked = bytes): number {
  const address = bytes > 0xffff_ffff ? 0 : (instance(functionName).exports['core.allocate']?.(bytes) ?? 0);
  refresh();
  if (address === 0) throw new RangeError(`${functionName}: out of memory, ${asked} bytes were asked for`);
  return address;
}

export function free(address: number): void {
  instance('free').exports['core.free']?.(address);
}

// ---- arena ----

const smallest = 1 << 16;
/** A larger arena is not kept from one call to the next. */
const largestKept = 1 << 26;

let base = 0;
let capacity = 0;
let top = 0;
let overflow: number[] = [];
let wanted = 0;

/** Address of `bytes` bytes that last until `endArena`, aligned to 16. */
export function take(bytes: number, functionName: string): number {
  const rounded = Math.ceil(bytes / 16) * 16;
  wanted += rounded;
  if (top + rounded <= capacity) {
    const address = base + top;
    top += rounded;
    return address;
  }
  const block = allocate(rounded + 16, functionName, bytes);
  overflow.push(block);
  return Math.ceil(block / 16) * 16;
}

export function beginArena(functionName: string): void {
  if (capacity === 0) grow(smallest, functionName);
  top = 0;
  wanted = 0;
}

/** Frees what did not fit, and makes the arena large enough for the next call like this one. */
export function endArena(functionName: string): void {
  if (overflow.length === 0) return;
  for (const block of overflow) free(block);
  overflow = [];
  if (wanted <= largestKept) grow(wanted * 1.25, functionName);
}

function grow(bytes: number, functionName: string): void {
  if (capacity > 0) free(base);
  capacity = 0;
  const whole = Math.ceil(bytes / 16) * 16;
  base = allocate(whole, functionName);
  capacity = whole;
}

/** Bytes of the memory and of the arena, and objects alive; for the tests of leaks. */
export function memoryUse(): { readonly memory: number; readonly arena: number; readonly objects: number } {
  const { exports, memory } = instance('memoryUse');
  return { memory: memory.buffer.byteLength, arena: capacity, objects: exports['core.objects']?.() ?? 0 };
}

// ---- arrays in the library's memory ----

const views = {
  float64: () => f64,
  float32: () => f32,
  int8: () => i8,
  uint8: () => u8,
  int16: () => i16,
  uint16: () => u16,
  int32: () => i32,
  uint32: () => u32,
} as const;

/** The memory as elements of a type, by its number in C++. */
export function heapOf(dtype: number): NumericArray {
  switch (dtype) {
    case 0:
      return f64;
    case 1:
      return f32;
    case 2:
      return i8;
    case 3:
      return u8;
    case 4:
      return i16;
    case 5:
      return u16;
    case 6:
      return i32;
    default:
      return u32;
  }
}

/** Element types, in the order of their numbers in C++. */
export type Dtype = keyof typeof views;

type ViewOf<D extends Dtype> = ReturnType<(typeof views)[D]>;

export const disposeSymbol: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose');

/** Whether any HeapArray was ever made: before that, no argument can be a view into the library's memory. */
export let hasViews = false;

/** Numbers that live in the library's memory: functions take them without a copy. Dispose of it when done. */
export class HeapArray<D extends Dtype = Dtype> {
  readonly length: number;
  readonly dtype: D;
  #address: number;

  /** Use `alloc`. */
  constructor(dtype: D, length: number) {
    hasViews = true;
    if (!Number.isInteger(length) || length < 0) {
      throw new AssayError(
        'value',
        'bad_parameter',
        'length',
        `alloc.${dtype}`,
        `alloc.${dtype}: length is ${length}, must be an integer of at least 0`,
      );
    }
    this.dtype = dtype;
    this.length = length;
    this.#address = allocate(Math.max(length, 1) * elementBytes(dtype), `alloc.${dtype}`);
    this.view.fill(0);
  }

  /** The numbers. Valid until the next call of the library: read it anew each time, do not keep it. */
  get view(): ViewOf<D> {
    if (this.#address === 0)
      throw new AssayError('state', 'disposed', '', 'HeapArray', 'HeapArray: the array was disposed of');
    refresh();
    const whole = views[this.dtype]() as NumericArray;
    const first = this.#address / whole.BYTES_PER_ELEMENT;
    return whole.subarray(first, first + this.length) as ViewOf<D>;
  }

  /** Gives the memory back; may be called twice. */
  dispose(): void {
    if (this.#address !== 0) free(this.#address);
    this.#address = 0;
  }

  [disposeSymbol](): void {
    this.dispose();
  }
}

function elementBytes(dtype: Dtype): number {
  return (views[dtype]() as NumericArray).BYTES_PER_ELEMENT;
}

/** Arrays in the library's memory, filled with 0: `using x = alloc.float64(1000)`. */
export const alloc = {
  float64: (length: number): HeapArray<'float64'> => new HeapArray('float64', length),
  float32: (length: number): HeapArray<'float32'> => new HeapArray('float32', length),
  int8: (length: number): HeapArray<'int8'> => new HeapArray('int8', length),
  uint8: (length: number): HeapArray<'uint8'> => new HeapArray('uint8', length),
  int16: (length: number): HeapArray<'int16'> => new HeapArray('int16', length),
  uint16: (length: number): HeapArray<'uint16'> => new HeapArray('uint16', length),
  int32: (length: number): HeapArray<'int32'> => new HeapArray('int32', length),
  uint32: (length: number): HeapArray<'uint32'> => new HeapArray('uint32', length),
} as const;
