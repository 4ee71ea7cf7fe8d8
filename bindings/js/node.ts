// The way to Node's own modules that no bundler follows: bundles for browsers have no such modules.

/** Imports 'node:...' in Node, Deno or Bun. A function, because a constant name would be seen and followed. */
export function importNode(name: 'node:fs/promises'): Promise<typeof import('node:fs/promises')>;
export function importNode(name: 'node:os'): Promise<typeof import('node:os')>;
export function importNode(name: 'node:worker_threads'): Promise<typeof import('node:worker_threads')>;
export function importNode(name: string): Promise<unknown> {
  return import(/* webpackIgnore: true */ /* @vite-ignore */ name);
}
