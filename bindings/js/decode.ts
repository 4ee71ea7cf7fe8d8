// Results on their way out: cells as JavaScript values, arrays copied into fresh ones.
import {
  cellBytes,
  kindNumber,
  kindBoolean,
  kindInteger,
  kindText,
  kindArray,
  kindBytes,
  kindStructure,
  kindList,
  kindHandle,
  wordKind,
  wordType,
  wordRank,
  wordExtents,
  wordData,
  wordLength,
  wordName,
  type Style,
} from './cell.js';
import { f64, heapOf, u32, u8 } from './memory.js';
import type { NumericArray } from './types.js';

/** Names of members by address of their record: [snake_case, camelCase]. */
const names = new Map<number, readonly [string, string]>();

/** The text that ends in a zero. */
export function readText(address: number): string {
  let end = address;
  while (u8[end] !== 0) end++;
  return decodeText(address, end - address);
}

function decodeText(address: number, length: number): string {
  return new TextDecoder().decode(u8.slice(address, address + length));
}

function nameAt(address: number, style: Style): string {
  let pair = names.get(address);
  if (!pair) {
    pair = [readText(u32[address >>> 2] ?? 0), readText(u32[(address >>> 2) + 1] ?? 0)];
    names.set(address, pair);
  }
  return pair[style === 'json' ? 0 : 1];
}

/** Where the first array of a result goes. */
export interface Target {
  readonly array: NumericArray;
  /** Whether the array lies in the library's memory, where C++ may have written to it already. */
  readonly address: number | null;
  /** Told when the array does not fit. */
  readonly refuse: (found: string, wanted: string) => never;
}

/** Reads the result whose cells begin at `address`. */
export function decode(address: number, style: Style, target: Target | undefined): unknown {
  const at = address >>> 2;
  // The most frequent results, without the machinery for all of them.
  if (u32[at + wordKind] === kindNumber) return f64[address >>> 3];
  if (
    target === undefined &&
    u32[at + wordKind] === kindArray &&
    u32[at + wordType] === 0 &&
    u32[at + wordRank] === 1
  ) {
    return copyOut((u32[at + wordData] ?? 0) >>> 3, u32[at + wordExtents] ?? 0);
  }
  return new Decoder(address, style, target).value();
}

/** A fresh array; for a few elements a loop is faster than `slice`. */
function copyOut(first: number, length: number): Float64Array {
  if (length > 64) return f64.slice(first, first + length);
  const copy = new Float64Array(length);
  for (let i = 0; i < length; i++) copy[i] = f64[first + i] as number;
  return copy;
}

class Decoder {
  constructor(
    private address: number,
    private readonly style: Style,
    private target: Target | undefined,
  ) {}

  value(): unknown {
    const at = this.address >>> 2;
    const number = this.address >>> 3;
    this.address += cellBytes;
    switch (u32[at + wordKind]) {
      case kindNumber:
        return f64[number];
      case kindBoolean:
        return f64[number] !== 0;
      case kindInteger:
        return this.integer(at);
      case kindText:
        return decodeText(u32[at + wordData] ?? 0, u32[at + wordLength] ?? 0);
      case kindArray:
        return this.array(at);
      case kindBytes:
        return u8.slice(u32[at + wordData], (u32[at + wordData] ?? 0) + (u32[at + wordLength] ?? 0));
      case kindStructure:
        return this.structure(u32[at + wordLength] ?? 0);
      case kindList:
        return Array.from({ length: u32[at + wordLength] ?? 0 }, () => this.value());
      case kindHandle:
        return u32[at];
      default:
        return undefined;
    }
  }

  private integer(at: number): number | bigint {
    const low = u32[at] ?? 0;
    const high = u32[at + 1] ?? 0;
    const negative = u32[at + wordType] === 1;
    if (!negative && high < 1 << 21) return high * 2 ** 32 + low;
    const exact = BigInt.asIntN(negative ? 64 : 65, (BigInt(high) << 32n) | BigInt(low));
    const number = Number(exact);
    return this.style === 'js' || Number.isSafeInteger(number) ? number : exact;
  }

  private structure(count: number): Record<string, unknown> {
    const made: Record<string, unknown> = {};
    for (let i = 0; i < count; i++) {
      const name = nameAt(u32[(this.address >>> 2) + wordName] ?? 0, this.style);
      made[name] = this.value();
    }
    return frozen(made);
  }

  private array(at: number): unknown {
    const rank = u32[at + wordRank] ?? 0;
    const heap = heapOf(u32[at + wordType] ?? 0);
    const first = (u32[at + wordData] ?? 0) / heap.BYTES_PER_ELEMENT;
    if (rank === 0) return heap[first];
    const shape: number[] = [];
    let length = 1;
    for (let axis = 0; axis < rank; axis++) {
      const extent = u32[at + wordExtents + axis] ?? 0;
      shape.push(extent);
      length *= extent;
    }
    const data = this.target ? this.intoTarget(heap, first, length) : heap.slice(first, first + length);
    return rank === 1 ? data : frozen({ data, shape });
  }

  private intoTarget(heap: NumericArray, first: number, length: number): NumericArray {
    const { array, address, refuse } = this.target as Target;
    this.target = undefined;
    const found = heap.subarray(first, first + length);
    const isWritten = address !== null && address === first * heap.BYTES_PER_ELEMENT;
    if (array.constructor !== heap.constructor || (!isWritten && array.length !== length)) {
      const text = (kind: NumericArray, count: number) => `${kind.constructor.name} of ${count}`;
      refuse(text(array, array.length), text(heap, length));
    }
    if (isWritten) return found; // the array itself may be gone: its memory may have grown
    array.set(found);
    return array;
  }
}

/** Results are not to be changed; the development build finds out who does. */
function frozen<T extends object>(value: T): T {
  return isDevelopment() ? Object.freeze(value) : value;
}

let development: boolean | undefined;

/** Whether NODE_ENV asks for checks that cost time. Asked once: reading the environment is slow. */
export function isDevelopment(): boolean {
  development ??= typeof process !== 'undefined' && process.env?.['NODE_ENV'] === 'development';
  return development;
}
