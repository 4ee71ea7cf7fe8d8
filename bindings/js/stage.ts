// Arguments on their way in: JavaScript values as cells. Whatever it is gets through; C++ judges and words the errors.
import {
  kindAbsent,
  kindNumber,
  kindBoolean,
  kindInteger,
  kindText,
  kindArray,
  kindHandle,
  kindRagged,
  kindBadElement,
  kindOther,
  wordKind,
  wordType,
  wordRank,
  wordExtents,
  wordData,
  wordLength,
  type Style,
} from './cell.js';
import { buffer, f64, hasViews, HeapArray, heapOf, take, u32, u8 } from './memory.js';
import type { NumericArray } from './types.js';

const maxRank = 4;

/** What a call is about, for what staging itself has to know. */
export interface Staging {
  functionName: string;
  style: Style;
  /** The handle of an object of the library; undefined for other objects. */
  readonly handleOf: (value: object) => number | undefined;
}

/** Whether the value is a view into the library's memory, by itself or with a shape. */
export function isOwnView(value: unknown): boolean {
  if (!hasViews || typeof value !== 'object' || value === null) return false;
  if (ArrayBuffer.isView(value)) return value.buffer === buffer;
  return 'data' in value && ArrayBuffer.isView(value.data) && value.data.buffer === buffer;
}

/** Writes `value` into the cell at `address`. Whatever it is gets through: C++ judges and words the errors. */
export function stage(value: unknown, address: number, staging: Staging): void {
  const at = address >>> 2;
  switch (typeof value) {
    case 'number':
      u32[at + wordKind] = kindNumber;
      f64[address >>> 3] = value;
      return;
    case 'object':
      if (value === null) u32[at + wordKind] = kindAbsent;
      else stageObject(value, at, staging);
      return;
    case 'undefined':
      u32[at + wordKind] = kindAbsent;
      return;
    case 'string':
      stageText(value, at, kindText, staging);
      return;
    case 'boolean':
      u32[at + wordKind] = kindBoolean;
      f64[address >>> 3] = value ? 1 : 0;
      return;
    case 'bigint':
      stageInteger(value, at, staging);
      return;
    default:
      stageText(`a ${typeof value}`, at, kindOther, staging);
  }
}

function stageInteger(value: bigint, at: number, staging: Staging): void {
  if (value < -(1n << 63n) || value >= 1n << 64n) {
    stageText('an integer of more than 64 bits', at, kindOther, staging);
    return;
  }
  u32[at + wordKind] = kindInteger;
  u32[at + wordType] = value < 0n ? 1 : 0;
  const bits = BigInt.asUintN(64, value);
  u32[at] = Number(bits & 0xffff_ffffn);
  u32[at + 1] = Number(bits >> 32n);
}

/** Writes a text; short ASCII, as option words are, without an encoder. */
export function textAt(text: string, functionName: string): { address: number; length: number } {
  if (text.length <= 64) {
    const address = take(text.length, functionName);
    let i = 0;
    for (; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) break;
      u8[address + i] = code;
    }
    if (i === text.length) return { address, length: i };
  }
  const bytes = new TextEncoder().encode(text);
  const address = take(bytes.length, functionName);
  u8.set(bytes, address);
  return { address, length: bytes.length };
}

function stageText(text: string, at: number, kind: number, staging: Staging): void {
  const { address, length } = textAt(text, staging.functionName);
  u32[at + wordKind] = kind;
  u32[at + wordData] = address;
  u32[at + wordLength] = length;
}

function stageObject(value: object, at: number, staging: Staging): void {
  if (ArrayBuffer.isView(value)) stageView(value, at, null, staging);
  else if (Array.isArray(value)) stageNested(value, at, staging);
  else if (value instanceof HeapArray) stageView(value.view as NumericArray, at, null, staging);
  else if (staging.style === 'js' && 'data' in value && 'shape' in value)
    stageShaped(value.data, value.shape, at, staging);
  else {
    const handle = staging.handleOf(value);
    if (handle === undefined) {
      stageText('an object', at, kindOther, staging);
      return;
    }
    u32[at + wordKind] = kindHandle;
    u32[at] = handle;
    u32[at + 1] = 0;
  }
}

/** dtype in C++ and log2 of the element size, by the name of the typed array. */
const typedArrays: Readonly<Record<string, readonly [dtype: number, shift: number] | undefined>> = {
  Float64Array: [0, 3],
  Float32Array: [1, 2],
  Int8Array: [2, 0],
  Uint8Array: [3, 0],
  Uint8ClampedArray: [3, 0],
  Int16Array: [4, 1],
  Uint16Array: [5, 1],
  Int32Array: [6, 2],
  Uint32Array: [7, 2],
};

const byConstructor = new Map<unknown, readonly [dtype: number, shift: number]>(
  [
    Float64Array,
    Float32Array,
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
  ].map((constructor) => [constructor, typedArrays[constructor.name] ?? [0, 3]]),
);

/** Addresses of typed arrays: their own, when they lie in the library's memory, else that of a copy. */
function stageView(
  view: ArrayBufferView,
  at: number,
  shape: readonly number[] | null,
  staging: Staging,
): void {
  let type = byConstructor.get(view.constructor);
  if (!type) {
    // Of another realm, of a derived class, or no numbers that a function takes.
    const name = Object.prototype.toString.call(view).slice(8, -1);
    type = typedArrays[name];
    if (!type) {
      stageText(`a ${name}`, at, kindOther, staging);
      return;
    }
  }
  stageElements(view as NumericArray, type[0], type[1], at, shape, staging);
}

function stageElements(
  array: NumericArray,
  dtype: number,
  shift: number,
  at: number,
  shape: readonly number[] | null,
  staging: Staging,
): void {
  const { length } = array;
  let address: number;
  if (hasViews && array.buffer === buffer) {
    address = array.byteOffset;
  } else {
    address = take(length * (1 << shift), staging.functionName);
    copyIn(array, dtype, address, shift);
  }
  u32[at + wordKind] = kindArray;
  u32[at + wordType] = dtype;
  u32[at + wordData] = address;
  u32[at + wordLength] = 0;
  if (shape === null) {
    u32[at + wordRank] = 1;
    u32[at + wordExtents] = length;
    u32[at + wordExtents + 1] = 1;
    u32[at + wordExtents + 2] = 1;
    u32[at + wordExtents + 3] = 1;
  } else {
    writeShape(at, shape);
  }
}

function copyIn(array: NumericArray, dtype: number, address: number, shift: number): void {
  const first = address >>> shift;
  const { length } = array;
  // A loop is faster than `set` for a few elements.
  if (dtype === 0 && length <= 24) {
    for (let i = 0; i < length; i++) f64[first + i] = array[i] as number;
  } else if (dtype === 3 && length <= 24) {
    for (let i = 0; i < length; i++) u8[first + i] = array[i] as number;
  } else {
    heapOf(dtype).set(array, first);
  }
}

/** `{ data, shape }`. */
function stageShaped(data: unknown, shape: unknown, at: number, staging: Staging): void {
  const extents = Array.isArray(shape) ? (shape as unknown[]) : [];
  if (
    extents.length === 0 ||
    extents.length > maxRank ||
    !extents.every((n) => Number.isInteger(n) && (n as number) >= 0)
  ) {
    stageText('an object whose shape is not one to four extents', at, kindOther, staging);
    return;
  }
  const wanted = (extents as number[]).reduce((product, extent) => product * extent, 1);
  const view = data instanceof HeapArray ? (data.view as NumericArray) : data;
  if (ArrayBuffer.isView(view)) stageView(view, at, extents as number[], staging);
  else if (Array.isArray(view)) stageNested(view, at, staging);
  else {
    stageText('an object whose data is no array', at, kindOther, staging);
    return;
  }
  if (u32[at + wordKind] !== kindArray) return;
  const count = ArrayBuffer.isView(view) ? (view as NumericArray).length : (view as unknown[]).length;
  if (count !== wanted) writeRagged(at, count, wanted, 1);
  else writeShape(at, extents as number[]);
}

function writeShape(at: number, shape: readonly number[]): void {
  u32[at + wordRank] = shape.length;
  for (let axis = 0; axis < maxRank; axis++) u32[at + wordExtents + axis] = shape[axis] ?? 1;
}

/** Nested arrays of unequal length; type 1: data that does not fill its shape. */
function writeRagged(at: number, found: number, wanted: number, type: number): void {
  u32[at + wordKind] = kindRagged;
  u32[at + wordType] = type;
  u32[at + wordExtents] = found;
  u32[at + wordExtents + 1] = wanted;
}

type Row = ArrayLike<unknown>;

function isRow(value: unknown): value is Row {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);
}

/** Number arrays, nested up to three deep, become float64; the rows of the last axis may be typed arrays. */
function stageNested(value: readonly unknown[], at: number, staging: Staging): void {
  const shape: number[] = [];
  for (let inner: unknown = value; isRow(inner) && shape.length <= maxRank; inner = inner[0]) {
    shape.push(inner.length);
    if (inner.length === 0) break;
  }
  if (shape.length > maxRank) {
    stageText('an array with more than 4 axes', at, kindOther, staging);
    return;
  }
  const address = take(
    shape.reduce((product, extent) => product * extent, 8),
    staging.functionName,
  );
  u32[at + wordKind] = kindArray;
  u32[at + wordType] = 0;
  u32[at + wordData] = address;
  u32[at + wordLength] = 0;
  writeShape(at, shape);
  new Flattener(at, shape, address >>> 3, staging).fill(value, 0);
}

class Flattener {
  private count = 0;

  constructor(
    private readonly at: number,
    private readonly shape: readonly number[],
    private readonly first: number,
    private readonly staging: Staging,
  ) {}

  /** False when the cell now says what is wrong. */
  fill(values: Row, depth: number): boolean {
    const wanted = this.shape[depth] ?? 0;
    if (values.length !== wanted) {
      writeRagged(this.at, values.length, wanted, 0);
      return false;
    }
    const innermost = depth + 1 === this.shape.length;
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (innermost ? !this.element(value) : !this.row(value, depth)) return false;
    }
    return true;
  }

  private row(value: unknown, depth: number): boolean {
    if (isRow(value)) return this.fill(value, depth + 1);
    return this.refuse(this.numberOf(value) === undefined ? describe(value) : 'a number');
  }

  private element(value: unknown): boolean {
    const number = typeof value === 'number' ? value : this.numberOf(value);
    if (number === undefined) return this.refuse(describe(value));
    if (typeof value === 'boolean' && u32[this.at + wordLength] === 0)
      u32[this.at + wordLength] = this.count + 1;
    f64[this.first + this.count++] = number;
    return true;
  }

  private numberOf(value: unknown): number | undefined {
    if (typeof value === 'number') return value;
    if (typeof value === 'boolean') return value ? 1 : 0;
    if (typeof value === 'bigint') return Number(value);
    if (this.staging.style === 'json' && (value === 'NaN' || value === 'Infinity' || value === '-Infinity'))
      return Number(value);
    return undefined;
  }

  private refuse(what: string): false {
    stageText(what, this.at, kindBadElement, this.staging);
    u32[this.at + wordExtents] = this.count;
    return false;
  }
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'object') return isRow(value) ? 'an array' : 'an object';
  return value === undefined ? 'undefined' : `a ${typeof value}`;
}
