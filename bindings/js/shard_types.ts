// How the pool may cut the work of a function; the generator writes one for each.

/** Names of arguments are those of JavaScript; `rows` lists the ranks at which an argument has the rows as first axis. */
export type Shard =
  | { readonly kind: 'whole' }
  | {
      readonly kind: 'rows';
      readonly parameters: readonly string[];
      readonly rows: Readonly<Record<string, readonly number[]>>;
    }
  | {
      readonly kind: 'accumulator';
      readonly class: string;
      readonly parameters: readonly string[];
      readonly rows: Readonly<Record<string, readonly number[]>>;
      readonly make: readonly string[];
      readonly update: readonly string[];
    }
  | { readonly kind: 'simulation'; readonly class: string };
