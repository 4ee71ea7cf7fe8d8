// Cutting a call into pieces for the pool, and putting the results together again.
import { HeapArray } from './memory.js';
import type { Task } from './messages.js';
import type { Shard } from './shard_types.js';
import { buffersOf, postable } from './transfer.js';
import type { NumericArray } from './types.js';
import type { Posting } from './workers.js';

/** Rows an accumulator takes at a time: a multiple of the blocks in which C++ sums. */
export const accumulatorRows = 65536;
/** Numbers in a piece of a function whose rows stand for themselves. */
const elementsPerPiece = 1 << 18;

type Options = Readonly<Record<string, unknown>>;
type Sliced = Extract<Shard, { readonly kind: 'rows' | 'accumulator' }>;

export interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly options: Options | undefined;
}

export function wholeTask(call: Call): Extract<Task, { kind: 'call' }> {
  return {
    kind: 'call',
    name: call.name,
    args: call.args.map(postable),
    options: postableOptions(call.options),
  };
}

function postableOptions(options: Options | undefined): Options | undefined {
  return (
    options && Object.fromEntries(Object.entries(options).map(([name, value]) => [name, postable(value)]))
  );
}

/** A call in pieces, each made when its turn has come. */
export interface Pieces {
  readonly count: number;
  readonly total: number;
  rowsOf(piece: number): number;
  make(piece: number): Posting;
}

/** Null when the call is too small or not regular enough to cut. */
export function pieces(shard: Sliced, call: Call): Pieces | null {
  const given = new Map<string, unknown>(shard.parameters.map((name, i) => [name, call.args[i]]));
  for (const [name, value] of Object.entries(call.options ?? {})) given.set(name, value);
  if (given.has('out')) return null;
  const sliced = new Map<string, Rows>();
  for (const [name, value] of given) {
    const rows = rowsOf(value);
    if (rows && shard.rows[name]?.includes(rows.rank)) sliced.set(name, rows);
  }
  const counts = new Set([...sliced.values()].map((rows) => rows.count));
  const total = [...counts][0] ?? 0;
  if (counts.size !== 1 || total === 0) return null; // one call finds the right words for it
  const perRow = [...sliced.values()].reduce((sum, rows) => sum + rows.width, 0);
  const step =
    shard.kind === 'accumulator' ? accumulatorRows : Math.max(1, Math.ceil(elementsPerPiece / perRow));
  const count = Math.ceil(total / step);
  if (count < 2) return null;
  const end = (piece: number) => Math.min(total, (piece + 1) * step);
  return {
    count,
    total,
    rowsOf: (piece) => end(piece) - piece * step,
    make: (piece) => {
      const own: ArrayBuffer[] = [];
      const part = (name: string): unknown => {
        const rows = sliced.get(name);
        if (!rows) return postable(given.get(name));
        const value = rows.slice(piece * step, end(piece));
        if (rows.copies) own.push(...buffersOf(value));
        return value;
      };
      return { task: taskOf(shard, call, part), own };
    },
  };
}

function taskOf(shard: Sliced, call: Call, part: (name: string) => unknown): Task {
  const args = shard.parameters.map(part);
  const options = (names: readonly string[]) => {
    const found = names.filter((name) => call.options?.[name] !== undefined);
    return found.length === 0 ? undefined : Object.fromEntries(found.map((name) => [name, part(name)]));
  };
  if (shard.kind === 'rows')
    return { kind: 'call', name: call.name, args, options: options(Object.keys(call.options ?? {})) };
  return {
    kind: 'accumulate',
    class: shard.class,
    make: options(shard.make),
    args,
    options: options(shard.update),
  };
}

interface Rows {
  readonly rank: number;
  readonly count: number;
  /** Numbers in a row. */
  readonly width: number;
  /** Whether a slice shares no memory with the whole. */
  readonly copies: boolean;
  readonly slice: (first: number, last: number) => unknown;
}

/** How an argument is cut along its first axis; null when it is no array. */
function rowsOf(value: unknown): Rows | null {
  if (value instanceof HeapArray) return rowsOf(value.view);
  if (ArrayBuffer.isView(value)) {
    const view = value as NumericArray;
    return {
      rank: 1,
      count: view.length,
      width: 1,
      copies: true,
      slice: (first, last) => view.slice(first, last),
    };
  }
  if (Array.isArray(value)) {
    const row: unknown = value[0];
    const inner = Array.isArray(row) || ArrayBuffer.isView(row) ? rowsOf(row) : null;
    return {
      rank: 1 + (inner?.rank ?? 0),
      count: value.length,
      width: (inner?.count ?? 1) * (inner?.width ?? 1),
      copies: false,
      slice: (first, last) => value.slice(first, last) as unknown[],
    };
  }
  if (
    typeof value !== 'object' ||
    value === null ||
    !('data' in value) ||
    !('shape' in value) ||
    !Array.isArray(value.shape)
  )
    return null;
  const shape = value.shape as number[];
  const flat = rowsOf(value.data);
  const count = shape[0] ?? 0;
  const width = shape.slice(1).reduce((product, extent) => product * extent, 1);
  if (!flat || flat.rank !== 1 || flat.count !== count * width) return null;
  return {
    rank: shape.length,
    count,
    width,
    copies: flat.copies,
    slice: (first, last) => ({
      data: flat.slice(first * width, last * width),
      shape: [last - first, ...shape.slice(1)],
    }),
  };
}

/** Results of consecutive rows -> the result of all rows. */
export function joinRows(parts: readonly unknown[]): unknown {
  const first = parts[0];
  if (ArrayBuffer.isView(first)) return joinArrays(parts as NumericArray[]);
  const objects = parts as Readonly<Record<string, unknown>>[];
  if (typeof first === 'object' && first !== null && 'data' in first && 'shape' in first) {
    const arrays = objects as unknown as readonly { data: NumericArray; shape: readonly number[] }[];
    const rows = arrays.reduce((sum, part) => sum + (part.shape[0] ?? 0), 0);
    return {
      data: joinArrays(arrays.map((part) => part.data)),
      shape: [rows, ...(arrays[0]?.shape.slice(1) ?? [])],
    };
  }
  return Object.fromEntries(
    Object.keys(first as object).map((name) => [name, joinRows(objects.map((part) => part[name]))]),
  );
}

function joinArrays(parts: readonly NumericArray[]): NumericArray {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const whole = new ((parts[0] as NumericArray).constructor as new (length: number) => NumericArray)(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
