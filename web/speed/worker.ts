// The speed page's measurements, off the page's thread.

import { init } from 'assay';
import { serve, type Job } from '../lib/rpc.js';
import { allCases, type Case } from './cases.js';
import { time, type Patience, type Timing } from './measure.js';

let cases: Case[] | undefined;

/** Times every case in turn and emits each result. */
async function measure(patience: Patience, job: Job): Promise<Timing[]> {
  cases ??= allCases();
  const timings: Timing[] = [];
  for (const subject of cases) {
    job.emit({ running: subject.name, done: timings.length, total: cases.length, timings: [...timings] });
    await job.breathe();
    timings.push(await time(subject, patience, job));
  }
  return timings;
}

const handlers = { measure };
export type SpeedHandlers = typeof handlers;

serve(handlers, () => init());
