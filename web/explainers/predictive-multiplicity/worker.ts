// The computations of the page on predictive multiplicity, off the page's thread. The table of patients is read here.

import { init } from 'assay';
import { serve, type Job } from '../../lib/rpc.js';
import { readPatients, type Patients } from './data.js';
import { baseline, bootstrap, contest, discrepancies, discrepancyAt, ranges } from './model.js';
import type { Baseline, BootstrapInput, Contest, DiscrepancyInput, Ranges } from './model.js';
import text from './patients.csv?raw';

const patients = readPatients(text);
let best: Baseline | undefined;
const known = (): Baseline => (best ??= baseline(patients));

const handlers = {
  start: (_: null): { patients: Patients; best: Baseline } => ({ patients, best: known() }),
  contest: ({ epsilon, row }: { epsilon: number; row: number }): Contest =>
    contest(patients, known(), epsilon, row),
  ranges: ({ epsilon, rows }: { epsilon: number; rows: number[] }): Ranges => ranges(patients, epsilon, rows),
  discrepancies: (input: DiscrepancyInput, job: Job) => discrepancies(patients, input, job),
  discrepancyAt: ({ epsilon, delta }: { epsilon: number; delta: number }) =>
    discrepancyAt(patients, epsilon, delta),
  bootstrap: (input: BootstrapInput, job: Job) => bootstrap(patients, input, job),
};
export type MultiplicityHandlers = typeof handlers;

serve(handlers, () => init());
