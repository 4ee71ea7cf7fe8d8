// `assay/internal`: for our own command line and site; may change in any release.
import data from 'assay-api-json';
import type { Callable, Class, Enum, Struct } from './model.js';

export { memoryUse } from './memory.js';
export { watchProgress, type ProgressListener } from './module.js';
export { callByName, evaluate, evaluateLine } from './eval.js';
export type { Callable, Enum, Member, Returns, Struct, TypeRef } from './model.js';

/** A class as in api.json. */
export type ApiClass = Omit<Class, 'constructor_'> & { readonly constructor: Callable | null };

/** The description of every public function, read from the headers. */
export interface Api {
  readonly version: string;
  readonly domains: readonly { readonly name: string; readonly brief: string }[];
  readonly functions: readonly Callable[];
  readonly classes: readonly ApiClass[];
  readonly structs: readonly Struct[];
  readonly enums: readonly Enum[];
}

export const api: Api = data;
