// The pool's worker: its own instance of the library, one task at a time.
import { classes, functions } from '../tables/registry.js';
import { invoke, type ClassSpec, type FunctionSpec } from './call.js';
import type { FromWorker, Task, ToWorker } from './messages.js';
import { init, watchProgress } from './module.js';
import { importNode } from './node.js';
import { releaseObject } from './handle.js';
import { buffersOf, sendError } from './transfer.js';

interface Port {
  postMessage(message: FromWorker, transfer: ArrayBuffer[]): void;
}

function specOf<T>(table: Readonly<Record<string, T>>, name: string): T {
  const found = table[name];
  if (found === undefined) throw new Error(`assay: the worker does not know ${name}`);
  return found;
}

function methodOf(owner: ClassSpec, name: string): FunctionSpec {
  return specOf(owner.methods, name);
}

function perform(task: Task): unknown {
  if (task.kind === 'call') return invoke(specOf(functions, task.name), task.args, task.options);
  const owner = specOf(classes, task.class);
  const accumulates = task.kind === 'accumulate';
  const self = invoke(
    owner.make,
    accumulates ? [] : task.args,
    accumulates ? task.make : task.options,
  ) as number;
  try {
    if (accumulates) invoke(methodOf(owner, 'update'), task.args, task.options, self);
    else invoke(methodOf(owner, 'run'), [task.first, task.count], undefined, self);
    return invoke(methodOf(owner, 'to_bytes'), [], undefined, self);
  } finally {
    releaseObject(self);
  }
}

async function receive(message: ToWorker, port: Port): Promise<void> {
  if (message.kind === 'init') {
    await init({ wasmModule: message.module });
    port.postMessage({ kind: 'ready' }, []);
    return;
  }
  const { id, task, watched } = message;
  try {
    if (watched) watchProgress((done, total) => port.postMessage({ kind: 'progress', id, done, total }, []));
    const value = perform(task);
    port.postMessage({ kind: 'done', id, value }, buffersOf(value));
  } catch (error) {
    port.postMessage({ kind: 'failed', id, error: sendError(error) }, []);
  } finally {
    watchProgress(undefined);
  }
}

/** Whatever `receive` throws ends the worker; the pool hears of it. */
async function listen(): Promise<void> {
  if (typeof globalThis.postMessage !== 'function') {
    const { parentPort } = await importNode('node:worker_threads');
    if (!parentPort) throw new Error('assay: worker.js runs in a worker only');
    const port = parentPort;
    port.on('message', (message: ToWorker) => void receive(message, port));
  } else {
    const scope = globalThis as unknown as Port & { onmessage: (event: MessageEvent<ToWorker>) => void };
    scope.onmessage = (event) => void receive(event.data, scope);
  }
}

void listen();
