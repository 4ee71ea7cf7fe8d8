// A fixed number of threads and the queue of tasks before them. A thread that dies is replaced.
import type { FromWorker, Task } from './messages.js';
import type { ProgressListener } from './module.js';
import { startThread, type Thread } from './threads.js';
import { receiveError } from './transfer.js';

/** A task and the buffers in it that nobody else needs: they are handed over instead of copied. */
export interface Posting {
  readonly task: Task;
  readonly own: readonly ArrayBuffer[];
}

/** What a task belongs to: all tasks of a group are cancelled together. */
export class Group {
  isCancelled = false;
}

interface Waiting {
  readonly make: () => Posting;
  /** Whether the thread is given up when the task is cancelled while it runs. */
  readonly whole: boolean;
  readonly group: Group;
  /** Told how far the task has come while it runs. */
  readonly onProgress: ProgressListener | undefined;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Seat {
  thread: Thread | null;
  current: { readonly id: number; readonly waiting: Waiting } | null;
}

export class Workers {
  private readonly seats: Seat[] = [];
  private readonly queue: Waiting[] = [];
  private nextId = 1;
  private ended = false;

  private constructor(
    private readonly url: string | URL | undefined,
    private readonly module: WebAssembly.Module,
  ) {}

  static async start(
    count: number,
    url: string | URL | undefined,
    module: WebAssembly.Module,
  ): Promise<Workers> {
    const workers = new Workers(url, module);
    workers.seats.push(...Array.from({ length: count }, () => ({ thread: null, current: null })));
    try {
      await Promise.all(workers.seats.map((seat) => workers.fill(seat)));
    } catch (error) {
      workers.terminate();
      throw error;
    }
    return workers;
  }

  get size(): number {
    return this.seats.length;
  }

  /** Runs a task on the next free thread; it is made when its turn has come. */
  run(make: () => Posting, group: Group, whole: boolean, onProgress?: ProgressListener): Promise<unknown> {
    if (this.ended) return Promise.reject(new Error('assay: the pool was terminated'));
    if (group.isCancelled) return Promise.reject(cancelled());
    return new Promise((resolve, reject) => {
      this.queue.push({ make, whole, group, onProgress, resolve, reject });
      this.dispatch();
    });
  }

  /** Rejects what is left of a group with AbortError. */
  cancel(group: Group): void {
    group.isCancelled = true;
    const left = this.queue.filter((waiting) => waiting.group === group);
    for (const waiting of left) {
      this.queue.splice(this.queue.indexOf(waiting), 1);
      waiting.reject(cancelled());
    }
    for (const seat of this.seats) {
      const { current, thread } = seat;
      if (current?.waiting.group !== group || !thread) continue;
      current.waiting.reject(cancelled());
      if (!current.waiting.whole) continue; // a piece is soon done; its result is dropped
      seat.current = null;
      seat.thread = null;
      thread.terminate();
      this.replace(seat, 'cancelled');
    }
  }

  terminate(): void {
    this.ended = true;
    const gone = new Error('assay: the pool was terminated');
    for (const waiting of this.queue.splice(0)) waiting.reject(gone);
    for (const seat of this.seats) {
      seat.current?.waiting.reject(gone);
      seat.current = null;
      seat.thread?.terminate();
      seat.thread = null;
    }
  }

  /** Starts a thread for the seat and waits until it has loaded the library. */
  private async fill(seat: Seat): Promise<void> {
    let ready: () => void = () => {};
    let fail: (error: Error) => void = () => {};
    const loaded = new Promise<void>((resolve, reject) => {
      ready = resolve;
      fail = reject;
    });
    let alive = true;
    const thread = await startThread(this.url, {
      message: (message) => {
        if (message.kind === 'ready') ready();
        else this.finish(seat, message);
      },
      death: (reason) => {
        if (!alive) return;
        alive = false;
        thread.terminate();
        fail(new Error(`assay: a worker could not start: ${reason}`));
        if (seat.thread === thread) this.replace(seat, reason);
      },
    });
    thread.post({ kind: 'init', module: this.module }, []);
    await loaded;
    if (this.ended) {
      thread.terminate();
      return;
    }
    thread.setBusy(false);
    seat.thread = thread;
    this.dispatch();
  }

  private replace(seat: Seat, reason: string): void {
    const lost = seat.current;
    seat.current = null;
    seat.thread = null;
    lost?.waiting.reject(new Error(`assay: a worker of the pool died: ${reason}`));
    if (this.ended) return;
    this.fill(seat).catch((error: Error) => {
      if (this.seats.some((other) => other.thread)) return;
      for (const waiting of this.queue.splice(0)) waiting.reject(error);
    });
  }

  private dispatch(): void {
    for (const seat of this.seats) {
      if (!seat.thread || seat.current) continue;
      const waiting = this.queue.shift();
      if (!waiting) return;
      const id = this.nextId++;
      seat.current = { id, waiting };
      try {
        const { task, own } = waiting.make();
        seat.thread.setBusy(true);
        seat.thread.post({ kind: 'task', id, task, watched: waiting.onProgress !== undefined }, own);
      } catch (error) {
        seat.current = null;
        seat.thread.setBusy(false);
        waiting.reject(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }

  private finish(seat: Seat, message: Exclude<FromWorker, { kind: 'ready' }>): void {
    if (seat.current?.id !== message.id) return;
    const { waiting } = seat.current;
    if (message.kind === 'progress') {
      waiting.onProgress?.(message.done, message.total);
      return;
    }
    seat.current = null;
    seat.thread?.setBusy(false);
    if (message.kind === 'done') waiting.resolve(message.value);
    else waiting.reject(receiveError(message.error));
    this.dispatch();
  }
}

function cancelled(): DOMException {
  return new DOMException('the job was cancelled', 'AbortError');
}
