// The verification page's computations. The file is read and kept here, off the page's thread.

import { init } from 'assay';
import { serve, type Job } from '../lib/rpc.js';
import { verify, type Verification, type VerifyChoice } from './model.js';
import { parseForecasts, readForecasts, type Forecasts } from './read.js';

/** What the page needs to know of a file to offer choices. */
export interface FileSummary {
  forecasts: number;
  form: Forecasts['form'];
  /** Members or quantiles of a forecast. */
  width: number;
  columns: string[];
  missingMembers: number;
  skippedLines: number;
}

let kept: Forecasts | undefined;

function summary(forecasts: Forecasts): FileSummary {
  return {
    forecasts: forecasts.observations.length,
    form: forecasts.form,
    width: forecasts.columns,
    columns: forecasts.groups.map((g) => g.name),
    missingMembers: forecasts.missingMembers,
    skippedLines: forecasts.skippedLines,
  };
}

async function open(source: { file: File } | { text: string }, job: Job): Promise<FileSummary> {
  const forecasts = 'file' in source ? await readForecasts(source.file, job) : parseForecasts(source.text);
  kept = forecasts;
  return summary(forecasts);
}

function score(choice: VerifyChoice, job: Job): Promise<Verification> {
  if (!kept) throw new Error('no file is open');
  return verify(kept, choice, job);
}

const handlers = { open, score };
export type VerifyHandlers = typeof handlers;

serve(handlers, () => init());
