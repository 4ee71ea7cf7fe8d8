// A job outside a worker, for tests: partial results go nowhere and nothing cancels it.

import type { Job } from './rpc.js';

export const idleJob: Job = {
  emit: () => undefined,
  breathe: () => Promise.resolve(),
};
