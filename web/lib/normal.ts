// Normal random numbers: seeded uniforms through the package's normal quantile function.

import { normalQuantile } from 'assay/elementary';
import { uniforms, type Uniform } from './random.js';

/** `count` independent draws from the standard normal distribution. */
export function normals(random: Uniform, count: number): Float64Array {
  return normalQuantile(uniforms(random, count)) as Float64Array;
}
