// What the forecast verification page computes from a file: scores by group with bootstrap intervals, skill against a
// reference, rank histograms. Every number comes from the package.

import { AssayError } from 'assay';
import { bootstrapMean, bootstrapSkill, crpsEnsemble, rankHistogram } from 'assay/scoring';
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

export interface GroupScore {
  name: string;
  forecasts: number;
  crps: Estimate;
  skill: Estimate;
  counts: number[];
  /** Share of observations outside the ensemble. */
  outside: number;
}

export interface Verification {
  groups: GroupScore[];
  overall: GroupScore;
  members: number;
}

const replicates = 1000;
const level = 0.95;

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

interface Cases {
  observations: Float64Array;
  members: { data: Float64Array; shape: [number, number] };
}

function pick({ observations, members, memberCount }: Forecasts, rows: readonly number[]): Cases {
  const data = new Float64Array(rows.length * memberCount);
  rows.forEach((row, i) =>
    data.set(members.subarray(row * memberCount, (row + 1) * memberCount), i * memberCount),
  );
  return {
    observations: Float64Array.from(rows, (row) => observations[row] ?? NaN),
    members: { data, shape: [rows.length, memberCount] },
  };
}

/** At most this many past outcomes stand for the climate; a larger group is thinned to evenly spaced quantiles. */
const mostClimate = 400;

/** Fair CRPS of the group's other observations as an ensemble: what one could say without any forecast. */
function climatologyScores(observations: Float64Array): Float64Array {
  const n = observations.length;
  const sorted = observations.slice().sort();
  const small = n <= mostClimate;
  const size = small ? n - 1 : mostClimate;
  const data = new Float64Array(n * size);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < size; k++) {
      const other = small ? observations[k < i ? k : k + 1] : sorted[Math.floor(((k + 0.5) * n) / size)];
      data[i * size + k] = other ?? NaN;
    }
  }
  return crpsEnsemble(observations, { data, shape: [n, size] }, { estimator: 'fair' }) as Float64Array;
}

/** Absolute error of the ensemble mean: the CRPS of a forecast without spread. */
function meanScores({ observations, members }: Cases): Float64Array {
  const [n, m] = members.shape;
  const means = Float64Array.from({ length: n }, (_, i) => {
    const row = members.data.subarray(i * m, (i + 1) * m).filter((x) => !Number.isNaN(x));
    return row.reduce((a, b) => a + b, 0) / row.length;
  });
  return crpsEnsemble(
    observations,
    { data: means, shape: [n, 1] },
    { estimator: 'standard' },
  ) as Float64Array;
}

const interval = (r: { estimate: number; lower: number; upper: number }): Estimate => ({
  value: r.estimate,
  low: r.lower,
  high: r.upper,
});

const none: Estimate = { value: NaN, low: NaN, high: NaN };

/** Skill over the reference; none where the reference is perfect, for nothing can be better. */
function skillOver(
  referenceScores: Float64Array,
  scores: Float64Array,
  options: Parameters<typeof bootstrapSkill>[2],
): Estimate {
  try {
    return interval(bootstrapSkill(scores, referenceScores, options));
  } catch (error) {
    if (error instanceof AssayError && error.code === 'degenerate') return none;
    throw error;
  }
}

/** Scores of one group. */
export function scoreGroup(name: string, cases: Cases, choice: VerifyChoice): GroupScore {
  const { estimator, reference, seed } = choice;
  const n = cases.observations.length;
  const nanPolicy = 'omit';
  const scores = crpsEnsemble(cases.observations, cases.members, { estimator, nanPolicy });
  const options = { nBoot: replicates, level, seed, blockLength: Math.min(choice.blockLength, n) };
  const counts = Array.from(rankHistogram(cases.observations, cases.members, { nanPolicy }));
  const ranked = counts.reduce((a, b) => a + b, 0);
  const enough = n >= 3;
  const referenceScores = !enough
    ? undefined
    : reference === 'climatology'
      ? climatologyScores(cases.observations)
      : meanScores(cases);
  return {
    name,
    forecasts: n,
    crps: interval(bootstrapMean(scores, options)),
    skill: referenceScores ? skillOver(referenceScores, scores, options) : none,
    counts,
    outside: ranked > 0 ? ((counts[0] ?? 0) + (counts.at(-1) ?? 0)) / ranked : NaN,
  };
}

/** Scores of every group and of all rows together; emits its progress and can be cancelled between groups. */
export async function verify(forecasts: Forecasts, choice: VerifyChoice, job: Job): Promise<Verification> {
  const groups = [...groupRows(forecasts, choice.by)];
  const done: GroupScore[] = [];
  for (const [name, rows] of groups) {
    job.emit({ stage: 'scoring', share: done.length / (groups.length + 1) });
    await job.breathe();
    done.push(scoreGroup(name, pick(forecasts, rows), choice));
  }
  const [only] = done;
  const everything = Array.from(forecasts.observations, (_, i) => i);
  job.emit({ stage: 'scoring', share: groups.length / (groups.length + 1) });
  await job.breathe();
  const overall =
    done.length === 1 && only ? only : scoreGroup('all forecasts', pick(forecasts, everything), choice);
  return { groups: done, overall, members: forecasts.memberCount };
}
