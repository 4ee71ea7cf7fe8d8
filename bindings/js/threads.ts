// Workers of browsers, Deno and Bun, and worker_threads of Node, behind one interface.
import type { FromWorker, ToWorker } from './messages.js';
import { importNode } from './node.js';

export interface Thread {
  post(message: ToWorker, transfer: readonly ArrayBuffer[]): void;
  /** An idle thread does not keep Node from ending. */
  setBusy(busy: boolean): void;
  terminate(): void;
}

export interface ThreadEvents {
  readonly message: (message: FromWorker) => void;
  /** The thread is gone. */
  readonly death: (reason: string) => void;
}

export async function startThread(url: string | URL | undefined, events: ThreadEvents): Promise<Thread> {
  if (typeof Worker !== 'undefined') return webThread(url, events);
  const threads = await importNode('node:worker_threads');
  const worker = new threads.Worker(
    url === undefined ? new URL('./worker.js', import.meta.url) : new URL(url, import.meta.url),
  );
  worker.on('message', events.message);
  worker.on('error', (error: unknown) =>
    events.death(error instanceof Error ? error.message : String(error)),
  );
  worker.on('exit', (code) => events.death(`it ended with code ${code}`));
  return {
    post: (message, transfer) => worker.postMessage(message, [...transfer]),
    setBusy: (busy) => (busy ? worker.ref() : worker.unref()),
    terminate: () => void worker.terminate(),
  };
}

function webThread(url: string | URL | undefined, events: ThreadEvents): Thread {
  // Bundlers look for this very expression.
  const worker =
    url === undefined
      ? new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
      : new Worker(url, { type: 'module' });
  worker.onmessage = (event: MessageEvent<FromWorker>) => events.message(event.data);
  worker.onmessageerror = () => events.death('a message could not be read');
  worker.onerror = (event) => {
    event.preventDefault();
    events.death(event.message ?? 'its script could not be loaded');
  };
  return {
    post: (message, transfer) => worker.postMessage(message, [...transfer]),
    setBusy: () => {},
    terminate: () => worker.terminate(),
  };
}
