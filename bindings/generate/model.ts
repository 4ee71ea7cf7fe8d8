// What the generator knows about the public interface: the form of api.json and the input of every writer.

/** Where a declaration or a comment line stands. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

export type TypeKind =
  | 'vector'
  | 'matrix'
  | 'tensor'
  | 'array'
  | 'integers'
  | 'broadcast'
  | 'number'
  | 'boolean'
  | 'int64'
  | 'uint64'
  | 'optional_number'
  | 'optional_int64'
  | 'string'
  | 'bytes'
  | 'enum'
  | 'struct'
  | 'list'
  | 'reduced'
  | 'class'
  | 'void';

/** A type of the vocabulary; `name` is that of the enum, struct or class, for a list that of its elements' struct. */
export interface TypeRef {
  readonly kind: TypeKind;
  readonly name?: string;
}

/** Element type of a result array: `real` is float64 or float32, as the input. */
export type ElementType = 'float64' | 'real' | 'int32' | 'uint32';

/** One way an array may be shaped: a letter or an expression an axis. */
export type Shape = readonly string[];

/** A parameter, an option or a member of a result. */
export interface Member {
  readonly name: string;
  readonly js: string;
  readonly type: TypeRef;
  readonly shapes: readonly Shape[] | null;
  readonly element: ElementType | null;
  readonly doc: string;
  readonly default: string | null;
  /** Of numbers: a word that may be given in their place and means the default. */
  readonly word: string | null;
  readonly required: boolean;
  readonly nan_allowed: boolean;
  readonly may_be_empty: boolean;
}

export interface Struct extends Place {
  readonly domain: string;
  readonly name: string;
  readonly js: string;
  readonly role: 'options' | 'result';
  readonly brief: string;
  readonly details: string;
  readonly members: readonly Member[];
}

export interface Enum extends Place {
  readonly domain: string;
  readonly name: string;
  readonly js: string;
  readonly brief: string;
  readonly values: readonly { readonly name: string; readonly cpp: string; readonly brief: string }[];
}

export interface Returns {
  readonly type: TypeRef;
  readonly shapes: readonly Shape[] | null;
  readonly element: ElementType | null;
  readonly doc: string;
}

/** A function, a method, a constructor or a factory. */
export interface Callable extends Place {
  readonly domain: string;
  readonly name: string;
  readonly js: string;
  readonly header: string;
  readonly brief: string;
  readonly details: string;
  readonly parameters: readonly Member[];
  readonly options: { readonly struct: string; readonly members: readonly Member[] } | null;
  readonly context: boolean;
  readonly static: boolean;
  readonly returns: Returns;
  readonly throws: readonly { readonly kind: string; readonly doc: string }[];
  readonly accuracy: string | null;
  readonly cost: string | null;
  readonly source: string | null;
  readonly parallel: string | null;
  readonly example: Readonly<Record<string, unknown>> | null;
  readonly signature: string;
  readonly signature_js: string;
}

export type ClassRole = 'accumulator' | 'model' | 'simulation';

export interface Class extends Place {
  readonly domain: string;
  readonly name: string;
  readonly js: string;
  readonly header: string;
  readonly role: ClassRole;
  readonly brief: string;
  readonly details: string;
  readonly source: string | null;
  /** Absent for models, which are made by `fit`. */
  readonly constructor_: Callable | null;
  readonly methods: readonly Callable[];
}

export interface Api {
  readonly version: string;
  readonly domains: readonly { readonly name: string; readonly brief: string }[];
  readonly functions: readonly Callable[];
  readonly classes: readonly Class[];
  readonly structs: readonly Struct[];
  readonly enums: readonly Enum[];
}

/** A header that the generator cannot read; the build stops with the place. */
export class HeaderError extends Error {
  constructor(place: Place, message: string) {
    super(`${place.file}:${place.line}: ${message}`);
    this.name = 'HeaderError';
  }
}
