// Workers that share the work of large calls. The results have the bits of one thread: work is cut into pieces of fixed
// size, and what comes back is put together in the order of the pieces.
import type { AssayFunctions } from '../tables/functions.js';
import { classes, functions } from '../tables/registry.js';
import { names, shards } from '../tables/shards.js';
import { invoke, type ClassSpec, type FunctionSpec } from './call.js';
import { AssayError } from './errors.js';
import { objectOf, releaseObject } from './handle.js';
import { init, instance } from './module.js';
import { importNode } from './node.js';
import { joinRows, pieces, wholeTask, type Call, type Pieces } from './shards.js';
import type { Shard } from './shard_types.js';
import { Group, Workers } from './workers.js';

export interface Progress {
  /** Rows, simulations, steps or calls that are done. */
  readonly done: number;
  readonly total: number;
}

export interface JobOptions<Result = unknown> {
  /** Ends the job with an AbortError; the pool goes on. */
  readonly signal?: AbortSignal | undefined;
  /** Told at most every 50 ms, and at the end. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** For simulations: the result so far, at most every 50 ms. */
  readonly onPartial?: ((value: Result) => void) | undefined;
}

export interface PoolOptions {
  /** Number of workers; default: one for each hardware thread, at most 8. */
  readonly workers?: number | undefined;
  /** Where worker.js lies; default: beside this module. */
  readonly workerUrl?: string | URL | undefined;
}

type ArgumentsOf<F> = F extends (...args: infer A) => unknown ? Readonly<A> : never;
type ResultOf<F> = F extends (...args: never[]) => infer R ? R : never;

const msBetweenReports = 50;

const asyncDisposeSymbol: typeof Symbol.asyncDispose =
  Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');

/** Starts workers; `init()` is called when it was not yet. */
export async function createPool(options: PoolOptions = {}): Promise<Pool> {
  await init();
  const count = options.workers ?? Math.min(8, globalThis.navigator?.hardwareConcurrency ?? (await cores()));
  if (!Number.isInteger(count) || count < 1) {
    throw new AssayError(
      'value',
      'bad_parameter',
      'workers',
      'createPool',
      `createPool: workers is ${count}, must be an integer of at least 1`,
    );
  }
  return new Pool(await Workers.start(count, options.workerUrl, instance('createPool').module));
}

async function cores(): Promise<number> {
  return (await importNode('node:os')).availableParallelism();
}

/** Made by `createPool`. */
export class Pool {
  readonly #workers: Workers;

  constructor(workers: Workers) {
    this.#workers = workers;
  }

  /** Number of workers. */
  get size(): number {
    return this.#workers.size;
  }

  /** Runs a function on the workers: its name, its arguments with the options last, and how the job is watched. */
  async run<Name extends keyof AssayFunctions>(
    name: Name,
    args: ArgumentsOf<AssayFunctions[Name]>,
    job: JobOptions<ResultOf<AssayFunctions[Name]>> = {},
  ): Promise<ResultOf<AssayFunctions[Name]>> {
    const full = names[name];
    const shard = full === undefined ? undefined : shards[full];
    if (full === undefined || shard === undefined) {
      throw new AssayError(
        'value',
        'unknown_function',
        'name',
        'pool.run',
        `pool.run: name is "${String(name)}", which is no function`,
      );
    }
    if (!Array.isArray(args)) {
      throw new AssayError(
        'value',
        'wrong_type',
        'args',
        'pool.run',
        'pool.run: args must be an array of the arguments of the function',
      );
    }
    return (await new Job(
      this.#workers,
      callOf(full, args as unknown[]),
      shard,
      job as JobOptions,
    ).run()) as ResultOf<AssayFunctions[Name]>;
  }

  /** Ends the workers now; jobs under way are rejected. */
  terminate(): void {
    this.#workers.terminate();
  }

  async [asyncDisposeSymbol](): Promise<void> {
    this.terminate();
  }
}

/** Positional arguments and options apart: the options are what stands behind the last parameter. */
function callOf(name: string, args: readonly unknown[]): Call {
  const count = functions[name]?.positional ?? args.length;
  return { name, args: args.slice(0, count), options: args[count] as Call['options'] };
}

/** One call of `pool.run`. */
class Job {
  private group = new Group();
  private done = 0;
  private total = 1;
  private lastReport = -Infinity;

  constructor(
    private readonly workers: Workers,
    private readonly call: Call,
    private readonly shard: Shard,
    private readonly options: JobOptions,
  ) {}

  async run(): Promise<unknown> {
    const { signal } = this.options;
    const cancel = (): void => this.workers.cancel(this.group);
    if (signal?.aborted) throw aborted(signal);
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      const result = await this.perform();
      this.options.onProgress?.({ done: this.total, total: this.total });
      return result;
    } catch (error) {
      if (signal?.aborted) throw aborted(signal);
      throw error;
    } finally {
      signal?.removeEventListener('abort', cancel);
      this.workers.cancel(this.group); // whatever is still queued is not wanted any more
    }
  }

  private async perform(): Promise<unknown> {
    if (this.shard.kind === 'simulation') return this.simulate(classOf(this.shard.class));
    const cut = this.shard.kind === 'whole' ? null : pieces(this.shard, this.call);
    return cut ? this.performPieces(cut, this.shard) : this.whole();
  }

  /** One worker does it all. The end is told with the result. */
  private whole(): Promise<unknown> {
    const { onProgress } = this.options;
    const tell = (done: number, total: number): void => {
      this.total = total;
      if (done < total) onProgress?.({ done, total });
    };
    return this.workers.run(
      () => ({ task: wholeTask(this.call), own: [] }),
      this.group,
      true,
      onProgress && tell,
    );
  }

  /** Rows are joined, accumulators merged, in order. A failure is put to the whole call, whose words name the right row. */
  private async performPieces(cut: Pieces, shard: Shard): Promise<unknown> {
    this.total = cut.total;
    const perform = async (_: unknown, piece: number): Promise<unknown> => {
      const part = await this.workers.run(() => cut.make(piece), this.group, false);
      this.advance(cut.rowsOf(piece));
      return part;
    };
    try {
      const parts = await Promise.all(Array.from({ length: cut.count }, perform));
      return shard.kind === 'accumulator'
        ? mergedValue(classOf(shard.class), parts as Uint8Array[])
        : joinRows(parts);
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
      this.workers.cancel(this.group);
      this.group = new Group();
      return this.whole();
    }
  }

  /** Blocks run anywhere and are merged in order, with a look at the precision after each. */
  private async simulate(owner: ClassSpec): Promise<unknown> {
    let merged: number;
    try {
      merged = invoke(owner.make, this.call.args, this.call.options) as number;
    } catch {
      return this.whole(); // for the words of the function itself
    }
    const ask = (method: string): unknown => invoke(methodOf(owner, method), [], undefined, merged);
    try {
      this.total = ask('planned') as number;
      for await (const { bytes, count } of this.blocks(ask('block') as number)) {
        mergeBytes(owner, merged, bytes);
        if (ask('converged') === true) this.total = this.done + count;
        this.advance(count, () => ask('value'));
        if (this.done >= this.total) break;
      }
      return ask('value');
    } finally {
      releaseObject(merged);
    }
  }

  /** States of consecutive blocks of simulations, some of them being computed ahead. */
  private async *blocks(
    size: number,
  ): AsyncGenerator<{ readonly bytes: Uint8Array; readonly count: number }> {
    const { class: className } = this.shard as Extract<Shard, { kind: 'simulation' }>;
    const { args, options } = wholeTask(this.call);
    const running: { readonly bytes: Promise<unknown>; readonly count: number }[] = [];
    const { total } = this;
    for (let first = 0; first < total || running.length > 0;) {
      while (first < total && running.length < 2 * this.workers.size) {
        const count = Math.min(size, total - first);
        const task = { kind: 'simulate', class: className, args, options, first, count } as const;
        const bytes = this.workers.run(() => ({ task, own: [] }), this.group, false);
        bytes.catch(() => {}); // a later one may fail before its turn
        running.push({ bytes, count });
        first += count;
      }
      const next = running.shift();
      if (next) yield { bytes: (await next.bytes) as Uint8Array, count: next.count };
    }
  }

  /** More is done: tells so now and then, but not the end, which is told with the result. */
  private advance(more: number, value?: () => unknown): void {
    this.done += more;
    const now = performance.now();
    if (this.done >= this.total || now - this.lastReport < msBetweenReports) return;
    this.lastReport = now;
    this.options.onProgress?.({ done: this.done, total: this.total });
    if (value) this.options.onPartial?.(value());
  }
}

function aborted(signal: AbortSignal): DOMException {
  const error = new DOMException('the job was cancelled', 'AbortError');
  Object.defineProperty(error, 'cause', { value: signal.reason, configurable: true });
  return error;
}

function classOf(name: string): ClassSpec {
  const found = classes[name];
  if (!found) throw new Error(`assay: there is no class ${name}`);
  return found;
}

function methodOf(owner: ClassSpec, method: string): FunctionSpec {
  const found = owner.methods[method] ?? owner.factories[method];
  if (!found) throw new Error(`assay: ${owner.make.js} has no ${method}`);
  return found;
}

function mergeBytes(owner: ClassSpec, into: number, bytes: Uint8Array): void {
  const other = invoke(methodOf(owner, 'from_bytes'), [bytes]) as number;
  try {
    invoke(methodOf(owner, 'merge'), [objectOf(other)], undefined, into);
  } finally {
    releaseObject(other);
  }
}

function mergedValue(owner: ClassSpec, parts: readonly Uint8Array[]): unknown {
  const [first, ...others] = parts;
  const merged = invoke(methodOf(owner, 'from_bytes'), [first]) as number;
  try {
    for (const bytes of others) mergeBytes(owner, merged, bytes);
    return invoke(methodOf(owner, 'value'), [], undefined, merged);
  } finally {
    releaseObject(merged);
  }
}
