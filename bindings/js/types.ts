// Types of arguments and results.
import type { HeapArray } from './memory.js';

/** Typed arrays that hold real numbers. */
export type RealArray = Float64Array | Float32Array;
/** Typed arrays that hold integers of at most 32 bits. */
export type IntegerArray =
  Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array | Uint32Array;
/** Any typed array that a function takes. */
export type NumericArray = RealArray | IntegerArray;

/** Numbers with a shape, row-major. */
export interface NdArray<
  Shape extends readonly number[] = readonly number[],
  Data = NumericArray | HeapArray | readonly number[],
> {
  readonly data: Data;
  readonly shape: Readonly<Shape>;
}

/** One axis of numbers. Typed arrays are taken as they are, number arrays are copied. */
export type Vector = NumericArray | HeapArray | readonly number[] | NdArray<readonly [number]>;
/** Two axes of numbers. */
export type Matrix = NdArray<readonly [number, number]> | readonly (readonly number[] | NumericArray)[];
/** Three axes of numbers. */
export type Tensor =
  NdArray<readonly [number, number, number]> | readonly (readonly (readonly number[] | NumericArray)[])[];
/** Four axes of numbers. */
export type Field =
  | NdArray<readonly [number, number, number, number]>
  | readonly (readonly (readonly (readonly number[] | NumericArray)[])[])[];
/** One axis of class labels, groups or counts. */
export type Labels =
  IntegerArray | HeapArray | readonly number[] | readonly boolean[] | NdArray<readonly [number]>;
/** Two axes of integers. */
export type LabelMatrix = NdArray<readonly [number, number]> | readonly (readonly number[] | IntegerArray)[];

/** Memory for the first array of the result instead of a fresh one. */
export interface Out {
  /** Array of exactly the result's type and size; it is returned. A HeapArray is written without a copy. */
  readonly out?: RealArray | IntegerArray | HeapArray | undefined;
}

/** Result of a loss: a number, or `PerUnit` when the option `reduction` is 'none'. */
export type Reduced<Options, PerUnit = Float64Array> = Options extends { readonly reduction: infer Word }
  ? [Word] extends ['none']
    ? PerUnit
    : [Word] extends ['mean' | 'sum' | undefined]
      ? number
      : number | PerUnit
  : number;
