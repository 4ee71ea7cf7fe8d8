// Calls into a module worker: one result a call, partial results on the way, cancellation by AbortSignal.

/** What a job may use while it runs. */
export interface Job {
  /** Sends a partial result to the caller. */
  emit(value: unknown): void;
  /** Lets a pending cancellation in; throws an AbortError when there is one. Await it between blocks of work. */
  breathe(): Promise<void>;
}

/** A function a worker offers; the job comes last. */
export type Handler = (input: never, job: Job) => unknown;
export type Handlers = Record<string, Handler>;

type Input<H> = H extends (input: infer I, ...rest: never[]) => unknown ? I : never;
type Output<H> = H extends (...args: never[]) => infer O ? Awaited<O> : never;

interface Request {
  id: number;
  name?: string;
  input?: unknown;
}

/** An error of the package as it crosses the border between threads. */
export interface Failure {
  name: string;
  message: string;
  code?: string;
  kind?: string;
  argument?: string;
}

type Reply = { id: number } & ({ partial: unknown } | { result: unknown } | { failure: Failure });

/** A failed call: the package's code, kind and argument are kept. */
export class RemoteError extends Error {
  readonly code: string | undefined;
  readonly kind: string | undefined;
  readonly argument: string | undefined;

  constructor(failure: Failure) {
    super(failure.message);
    this.name = failure.name;
    this.code = failure.code;
    this.kind = failure.kind;
    this.argument = failure.argument;
  }
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message } = error;
  const extra = error as Partial<Record<'code' | 'kind' | 'argument', unknown>>;
  const failure: Failure = { name, message };
  if (typeof extra.code === 'string') failure.code = extra.code;
  if (typeof extra.kind === 'string') failure.kind = extra.kind;
  if (typeof extra.argument === 'string') failure.argument = extra.argument;
  return failure;
}

/** Lets the event loop run once: a message from the page gets in. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = () => {
      port1.close();
      resolve();
    };
    port1.postMessage(null);
  });
}

interface Scope {
  onmessage: ((event: MessageEvent<Request>) => void) | null;
  postMessage(message: Reply): void;
}

/** Answers calls in a worker. `ready` is awaited before the first of them. */
export function serve(handlers: Handlers, ready: () => Promise<unknown>): void {
  const scope = globalThis as unknown as Scope;
  const running = new Set<number>();
  let first: Promise<unknown> | undefined;
  const answer = async ({ id, name, input }: Request): Promise<void> => {
    if (name === undefined) {
      running.delete(id);
      return;
    }
    running.add(id);
    const job: Job = {
      emit: (partial) => scope.postMessage({ id, partial }),
      breathe: async () => {
        await nextTurn();
        if (!running.has(id)) throw new DOMException('cancelled', 'AbortError');
      },
    };
    try {
      await (first ??= ready());
      const handler = handlers[name];
      if (!handler) throw new Error(`the worker has no job ${name}`);
      scope.postMessage({ id, result: await handler(input as never, job) });
    } catch (error) {
      scope.postMessage({ id, failure: failureOf(error) });
    } finally {
      running.delete(id);
    }
  };
  scope.onmessage = (event) => void answer(event.data);
}

export interface CallOptions<P> {
  signal?: AbortSignal;
  onPartial?: (partial: P) => void;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  onPartial: ((partial: unknown) => void) | undefined;
}

/** The page's side of a worker that serves `H`. */
export class Remote<H extends Handlers> {
  private readonly pending = new Map<number, Pending>();
  private last = 0;
  private worker: Worker;

  constructor(private readonly start: () => Worker) {
    this.worker = this.started();
  }

  /** Puts a new worker in the place of one that may be in the middle of a long step; what it held is gone. */
  restart(): void {
    this.dispose();
    this.worker = this.started();
  }

  private started(): Worker {
    const worker = this.start();
    worker.onmessage = (event: MessageEvent<Reply>) => this.receive(event.data);
    worker.onerror = (event) => this.fail(new Error(event.message || 'the worker could not start'));
    return worker;
  }

  /** Runs one job; rejects with an AbortError when `signal` fires. */
  call<K extends keyof H & string, P = unknown>(
    name: K,
    input: Input<H[K]>,
    options: CallOptions<P> = {},
  ): Promise<Output<H[K]>> {
    const { signal, onPartial } = options;
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const cancel = (): void => {
        this.pending.delete(id);
        this.worker.postMessage({ id } satisfies Request);
        reject(new DOMException('cancelled', 'AbortError'));
      };
      signal?.addEventListener('abort', cancel, { once: true });
      this.pending.set(id, {
        resolve: (value) => {
          signal?.removeEventListener('abort', cancel);
          resolve(value as Output<H[K]>);
        },
        reject: (error) => {
          signal?.removeEventListener('abort', cancel);
          reject(error);
        },
        onPartial: onPartial as ((partial: unknown) => void) | undefined,
      });
      this.worker.postMessage({ id, name, input } satisfies Request);
    });
  }

  /** Ends the worker; calls under way stay unanswered. */
  dispose(): void {
    this.pending.clear();
    this.worker.terminate();
  }

  private receive(reply: Reply): void {
    const call = this.pending.get(reply.id);
    if (!call) return;
    if ('partial' in reply) {
      call.onPartial?.(reply.partial);
      return;
    }
    this.pending.delete(reply.id);
    if ('failure' in reply) call.reject(new RemoteError(reply.failure));
    else call.resolve(reply.result);
  }

  private fail(error: Error): void {
    for (const call of this.pending.values()) call.reject(error);
    this.pending.clear();
  }
}

/**
 * Wraps an asynchronous function so that while it runs only the newest of further inputs is kept: what a control
 * that is being dragged needs. Results arrive at `show` in order.
 */
export function latest<I, O>(
  compute: (input: I) => Promise<O>,
  show: (output: O, input: I) => void,
): (input: I) => void {
  let busy = false;
  let waiting: { input: I } | undefined;
  const pump = async (): Promise<void> => {
    busy = true;
    while (waiting) {
      const { input } = waiting;
      waiting = undefined;
      try {
        const output = await compute(input);
        show(output, input);
      } catch (error) {
        if (!(error instanceof DOMException && error.name === 'AbortError')) reportError(error);
      }
    }
    busy = false;
  };
  return (input) => {
    waiting = { input };
    if (!busy) void pump();
  };
}
