// What the page on extremes computes: three forecasters judged on all cases, on the extreme ones alone, and with weight
// on a threshold. Every score comes from the package.

import { normalCdf, normalQuantile } from 'assay/elementary';
import { crpsEnsemble, crpsNormal, twcrpsEnsemble } from 'assay/scoring';
import { normals } from '../lib/normal.js';
import { uniform } from '../lib/random.js';

export type Forecaster = 'honest' | 'alarmist' | 'climatologist';
export const forecasters: readonly Forecaster[] = ['honest', 'alarmist', 'climatologist'];
export type Rule = 'extreme_cases' | 'threshold_weighted';

/** Members of each forecast: its quantiles at the middles of as many equal parts. */
const memberCount = 50;
const standardMembers = (): Float64Array =>
  normalQuantile(
    Float64Array.from({ length: memberCount }, (_, k) => (k + 0.5) / memberCount),
  ) as Float64Array;

export interface DilemmaInput {
  /** By how much the alarmist forecasts too much. */
  exaggeration: number;
  thresholds: number[];
  cases: number;
  seed: number;
}

export interface DilemmaPoint {
  threshold: number;
  /** Mean score less that of the honest forecaster: below 0 is a better grade than honesty gets. */
  difference: number;
  standardError: number;
  /** Cases that were graded. */
  cases: number;
}

export type Dilemma = Record<Rule, Record<Forecaster, DilemmaPoint[]>>;

interface Forecast {
  mean: Float64Array;
  deviation: number;
}

/** What each forecaster says of outcomes N(mu, 1), mu itself N(0, 1) and known to all but the climatologist. */
function forecastsOf(mu: Float64Array, exaggeration: number): Record<Forecaster, Forecast> {
  return {
    honest: { mean: mu, deviation: 1 },
    alarmist: { mean: mu.map((x) => x + exaggeration), deviation: 1 },
    climatologist: { mean: new Float64Array(mu.length), deviation: Math.SQRT2 },
  };
}

function ensembleOf({ mean, deviation }: Forecast): { data: Float64Array; shape: [number, number] } {
  const data = new Float64Array(mean.length * memberCount);
  const standard = standardMembers();
  mean.forEach((center, i) =>
    standard.forEach((z, k) => (data[i * memberCount + k] = center + deviation * z)),
  );
  return { data, shape: [mean.length, memberCount] };
}

/** Mean and standard error of the paired differences on the rows that `counts` lets through. */
function compare(
  threshold: number,
  scores: ArrayLike<number>,
  honest: ArrayLike<number>,
  counts: (row: number) => boolean,
): DilemmaPoint {
  let [cases, sum, squares] = [0, 0, 0];
  for (let i = 0; i < scores.length; i++) {
    if (!counts(i)) continue;
    const difference = (scores[i] ?? NaN) - (honest[i] ?? NaN);
    cases++;
    sum += difference;
    squares += difference * difference;
  }
  const mean = sum / cases;
  return {
    threshold,
    difference: mean,
    standardError: Math.sqrt(Math.max(0, squares / cases - mean * mean) / (cases - 1)),
    cases,
  };
}

/** Grades of all three by both rules over the thresholds; all see the same cases. */
export function dilemma({ exaggeration, thresholds, cases, seed }: DilemmaInput): Dilemma {
  const random = uniform(seed);
  const mu = normals(random, cases);
  const noise = normals(random, cases);
  const outcomes = mu.map((x, i) => x + (noise[i] ?? 0));
  const forecasts = forecastsOf(mu, exaggeration);
  const plain = (f: Forecaster) => crpsNormal(outcomes, forecasts[f].mean, forecasts[f].deviation);
  const crps = {
    honest: plain('honest'),
    alarmist: plain('alarmist'),
    climatologist: plain('climatologist'),
  };
  const members = {
    honest: ensembleOf(forecasts.honest),
    alarmist: ensembleOf(forecasts.alarmist),
    climatologist: ensembleOf(forecasts.climatologist),
  };
  const result: Dilemma = {
    extreme_cases: { honest: [], alarmist: [], climatologist: [] },
    threshold_weighted: { honest: [], alarmist: [], climatologist: [] },
  };
  for (const threshold of thresholds) {
    const weighted = (f: Forecaster) =>
      twcrpsEnsemble(outcomes, members[f], { lower: threshold, estimator: 'standard' });
    const honest = weighted('honest');
    for (const f of forecasters) {
      result.extreme_cases[f].push(
        compare(threshold, crps[f], crps.honest, (i) => (outcomes[i] ?? NaN) > threshold),
      );
      result.threshold_weighted[f].push(
        compare(threshold, f === 'honest' ? honest : weighted(f), honest, () => true),
      );
    }
  }
  return result;
}

export interface OneCase {
  /** Squared distance of the distribution functions at each x. */
  points: { x: number; y: number }[];
  crps: number;
  weighted: number;
}

/** A standard normal forecast and one outcome: what the CRPS adds up, and what of it lies above the threshold. */
export function oneCase(outcome: number, threshold: number, from: number, to: number): OneCase {
  const places = Float64Array.from({ length: 301 }, (_, i) => from + ((to - from) * i) / 300);
  const cdf = normalCdf(places) as Float64Array;
  const members = { data: standardMembers(), shape: [1, memberCount] as [number, number] };
  return {
    points: Array.from(places, (x, i) => ({ x, y: ((cdf[i] ?? NaN) - (x >= outcome ? 1 : 0)) ** 2 })),
    crps: crpsEnsemble([outcome], members, { estimator: 'standard' })[0] ?? NaN,
    weighted: twcrpsEnsemble([outcome], members, { lower: threshold, estimator: 'standard' })[0] ?? NaN,
  };
}
