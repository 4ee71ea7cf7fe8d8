// What the page of forecast reports computes from a file: the report of each group and of all rows, and what the page
// shows of it. Every number comes from the package.

import {
  ForecastReportAccumulator,
  type ForecastReportAccumulatorOptions,
  type ForecastReportResult,
} from 'assay/scoring';
import type { Job } from '../lib/rpc.js';
import type { Forecasts } from './read.js';

export type Estimator = 'fair' | 'standard' | 'almost_fair';
export type Reference = 'climatology' | 'ensemble_mean';

export interface VerifyChoice {
  /** Names of up to two columns that group the rows. */
  by: string[];
  estimator: Estimator;
  reference: Reference;
  blockLength: number;
  seed: number;
}

export interface Estimate {
  value: number;
  low: number;
  high: number;
}

/** One score of a group. */
export interface ScoreLine {
  name: string;
  mean: Estimate;
  reference: number;
  skill: Estimate;
  pValue: number;
}

export interface GroupReport {
  name: string;
  /** Forecasts that could be scored. */
  forecasts: number;
  /** The form's main score first. */
  scores: ScoreLine[];
  /** Observations by rank among the members, or by bin of the probability integral transform. */
  counts: number[];
  /** Of an even histogram to be less even, for ensembles. */
  rankPValue: number;
  /** Share of observations outside the ensemble. */
  outside: number;
  /** Spread over error of the ensemble mean, 1 when reliable. */
  spreadRatio: number;
  bias: number;
  parts: { reliability: number; resolution: number; uncertainty: number };
  /** Share of observations up to each quantile. */
  coverage: number[];
}

export interface Verification {
  groups: GroupReport[];
  overall: GroupReport;
  form: Forecasts['form'];
  levels: number[];
  columns: number;
}

const replicates = 1000;
const level = 0.95;

const scoreNames: Readonly<Record<string, string>> = {
  crps: 'CRPS',
  weighted_interval_score: 'weighted interval score',
  dispersion: '\u2003its dispersion',
  overprediction: '\u2003its overprediction',
  underprediction: '\u2003its underprediction',
  dawid_sebastiani_score: 'Dawid\u2013Sebastiani score',
  squared_error: 'squared error of the mean',
  absolute_error: 'absolute error of the median',
};

/** Row numbers of each group, in order of first appearance; numbers sort as numbers. */
export function groupRows(forecasts: Forecasts, by: readonly string[]): Map<string, number[]> {
  const columns = by.flatMap((name) => forecasts.groups.filter((g) => g.name === name));
  const found = new Map<string, number[]>();
  forecasts.observations.forEach((_, i) => {
    const name = columns.map((c) => c.values[i] ?? '').join(', ') || 'all forecasts';
    const rows = found.get(name);
    if (rows) rows.push(i);
    else found.set(name, [i]);
  });
  const collator = new Intl.Collator('en', { numeric: true });
  return new Map([...found].sort(([a], [b]) => collator.compare(a, b)));
}

interface Matrix {
  data: Float64Array;
  shape: [number, number];
}

interface Cases {
  observations: Float64Array;
  table: Matrix;
}

function pick({ observations, table, columns }: Forecasts, rows: readonly number[]): Cases {
  const data = new Float64Array(rows.length * columns);
  rows.forEach((row, i) => data.set(table.subarray(row * columns, (row + 1) * columns), i * columns));
  return {
    observations: Float64Array.from(rows, (row) => observations[row] ?? NaN),
    table: { data, shape: [rows.length, columns] },
  };
}

/** The ensemble mean as an ensemble of two equal members: a forecast without spread. */
function meanOnly({ data, shape: [n, m] }: Matrix): Matrix {
  const means = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    const row = data.subarray(i * m, (i + 1) * m).filter((x) => !Number.isNaN(x));
    means.fill(row.reduce((a, b) => a + b, 0) / row.length, 2 * i, 2 * i + 2);
  }
  return { data: means, shape: [n, 2] };
}

function optionsOf(forecasts: Forecasts, choice: VerifyChoice): ForecastReportAccumulatorOptions {
  const shared = {
    blockLength: choice.blockLength,
    horizon: choice.blockLength,
    seed: choice.seed,
    nBoot: replicates,
    level,
    nanPolicy: 'omit',
  } as const;
  return forecasts.form === 'quantiles'
    ? { ...shared, form: 'quantiles', levels: Float64Array.from(forecasts.levels) }
    : { ...shared, estimator: choice.estimator };
}

const rowsAtATime = 20_000;

/** The report of some rows, block by block so that it can be cancelled. */
async function reportOf(
  forecasts: Forecasts,
  choice: VerifyChoice,
  rows: readonly number[],
  job: Job,
): Promise<ForecastReportResult['whole']> {
  const options = optionsOf(forecasts, choice);
  const mine = new ForecastReportAccumulator(options);
  const other =
    choice.reference === 'ensemble_mean' && forecasts.form === 'ensemble'
      ? new ForecastReportAccumulator(options)
      : undefined;
  try {
    for (let first = 0; first < rows.length; first += rowsAtATime) {
      await job.breathe();
      const { observations, table } = pick(forecasts, rows.slice(first, first + rowsAtATime));
      mine.update(observations, table);
      other?.update(observations, meanOnly(table));
    }
    await job.breathe();
    return (other ? mine.valueAgainst(other) : mine.value()).whole;
  } finally {
    mine.dispose();
    other?.dispose();
  }
}

function shown(name: string, report: ForecastReportResult['whole']): GroupReport {
  const counts =
    report.rankHistogram.length > 0
      ? Array.from(report.rankHistogram)
      : Array.from(report.pitHistogram, (share) => share * report.count);
  const total = counts.reduce((a, b) => a + b, 0);
  const { reliability, resolution, uncertainty } = report.decomposition;
  return {
    name,
    forecasts: report.count,
    scores: report.scores.map((s) => ({
      name: scoreNames[s.score] ?? s.score,
      mean: { value: s.mean, low: s.lower, high: s.upper },
      reference: s.referenceMean,
      skill: { value: s.skill, low: s.skillLower, high: s.skillUpper },
      pValue: s.pValue,
    })),
    counts,
    rankPValue: report.rankPValue,
    outside:
      report.rankHistogram.length > 0 && total > 0 ? ((counts[0] ?? 0) + (counts.at(-1) ?? 0)) / total : NaN,
    spreadRatio: report.spread.ratio,
    bias: report.spread.bias,
    parts: { reliability, resolution, uncertainty },
    coverage: Array.from(report.coverage),
  };
}

/** Reports of every group and of all rows together; emits its progress and can be cancelled between groups. */
export async function verify(forecasts: Forecasts, choice: VerifyChoice, job: Job): Promise<Verification> {
  const groups = [...groupRows(forecasts, choice.by)];
  const done: GroupReport[] = [];
  const report = async (name: string, rows: readonly number[]): Promise<GroupReport> => {
    job.emit({ stage: 'scoring', share: done.length / (groups.length + 1) });
    return shown(name, await reportOf(forecasts, choice, rows, job));
  };
  for (const [name, rows] of groups) done.push(await report(name, rows));
  const [only] = done;
  const overall =
    done.length === 1 && only
      ? only
      : await report(
          'all forecasts',
          Array.from(forecasts.observations, (_, i) => i),
        );
  const { form, levels, columns } = forecasts;
  return { groups: done, overall, form, levels, columns };
}
