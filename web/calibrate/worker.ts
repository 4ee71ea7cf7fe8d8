// The calibration page's file and its report, off the page's thread.

import { init } from 'assay';
import { calibrationReport, type CalibrationReportResult } from 'assay/calibration';
import { watchProgress } from 'assay/internal';
import { serve, type Job } from '../lib/rpc.js';
import {
  argumentsOf,
  madeUpTable,
  optionsOf,
  summaryOf,
  type ReportChoice,
  type TableSummary,
} from './model.js';
import { parseTable, readTable, type Table } from './read.js';

export type Source = { readonly file: File } | { readonly text: string } | { readonly madeUp: number };

/** A report with the names of its groups and how long it took. */
export interface PageReport {
  readonly report: CalibrationReportResult;
  readonly names: readonly string[];
  readonly seconds: number;
}

let kept: Table | undefined;

async function open(source: Source, job: Job): Promise<TableSummary> {
  kept =
    'file' in source
      ? await readTable(source.file, job)
      : 'text' in source
        ? parseTable(source.text)
        : madeUpTable(source.madeUp, 1);
  return summaryOf(kept);
}

function report(choice: ReportChoice, job: Job): PageReport {
  if (!kept) throw new Error('no file is open');
  const given = argumentsOf(kept, choice);
  const parts = new Set(given.groups).size + 1;
  let before = 0;
  let part = 0;
  job.emit({ stage: 'sorting and fitting', share: 0 });
  // Each group draws its replicates in turn: a count that falls begins the next.
  watchProgress((done, total) => {
    if (done < before) part++;
    before = done;
    job.emit({ stage: 'drawing replicates', share: Math.min(1, (part + done / total) / parts) });
  });
  try {
    const start = performance.now();
    const found = calibrationReport(given.labels, given.probabilities, optionsOf(given, choice));
    return { report: found, names: given.names, seconds: (performance.now() - start) / 1000 };
  } finally {
    watchProgress(undefined);
  }
}

const handlers = { open, report };
export type CalibrateHandlers = typeof handlers;

serve(handlers, () => init());
