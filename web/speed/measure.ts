// Timing of one case: warm-up until the engine's optimising compiler has had its time, then the best of several runs.

import type { Job } from '../lib/rpc.js';
import type { Case } from './cases.js';

export interface Timing {
  id: string;
  name: string;
  unit: string;
  /** Nanoseconds a unit, best of the runs. */
  assay: number;
  plain: number;
}

export interface Patience {
  warmUpMs: number;
  measureMs: number;
}

function best(run: () => unknown, units: number, { warmUpMs, measureMs }: Patience): number {
  const warm = performance.now() + warmUpMs;
  do run();
  while (performance.now() < warm);
  let least = Infinity;
  const end = performance.now() + measureMs;
  for (let runs = 0; runs < 5 || performance.now() < end; runs++) {
    const start = performance.now();
    run();
    least = Math.min(least, performance.now() - start);
  }
  return (least * 1e6) / units;
}

/** Times both sides of a case. */
export async function time(subject: Case, patience: Patience, job: Job): Promise<Timing> {
  const assay = best(subject.assay, subject.units, patience);
  await job.breathe();
  const plain = best(subject.plain, subject.units, patience);
  await job.breathe();
  return { id: subject.id, name: subject.name, unit: subject.unit, assay, plain };
}
