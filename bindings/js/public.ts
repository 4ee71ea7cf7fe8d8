// What every entry of the package offers beside its functions.
export { AssayError, type ErrorKind } from './errors.js';
export { init, type InitOptions } from './module.js';
export { alloc, HeapArray, type Dtype } from './memory.js';
export { createPool, type Pool, type JobOptions, type PoolOptions, type Progress } from './pool.js';
export type {
  IntegerArray,
  LabelMatrix,
  Labels,
  Matrix,
  NdArray,
  NumericArray,
  Out,
  RealArray,
  Reduced,
  Tensor,
  Field,
  Vector,
} from './types.js';
