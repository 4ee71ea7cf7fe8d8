// What the pool and its workers say to each other.

/** Work for one worker. Names are those of the registry; options are those of JavaScript. */
export type Task =
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly args: readonly unknown[];
      readonly options: object | undefined;
    }
  | {
      readonly kind: 'accumulate';
      readonly class: string;
      readonly make: object | undefined;
      readonly args: readonly unknown[];
      readonly options: object | undefined;
    }
  | {
      readonly kind: 'simulate';
      readonly class: string;
      readonly args: readonly unknown[];
      readonly options: object | undefined;
      readonly first: number;
      readonly count: number;
    };

export type ToWorker =
  | { readonly kind: 'init'; readonly module: WebAssembly.Module }
  | { readonly kind: 'task'; readonly id: number; readonly task: Task; readonly watched: boolean };

/** An error as plain data. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly kind?: string;
  readonly code?: string;
  readonly argument?: string;
  readonly function?: string;
}

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly id: number; readonly done: number; readonly total: number }
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly error: SentError };
