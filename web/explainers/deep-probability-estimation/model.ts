// What the page on deep probability estimation computes where the true probabilities are known: one adjustable model
// judged by every metric, and a field of random models whose metrics are compared with their hidden error. Every
// metric and every sample comes from the package.

import {
  brierScore,
  ece,
  klP,
  ksCalibrationError,
  logLoss,
  mce,
  mseP,
  rocAuc,
  sampleScenario,
  scenarioProbability,
} from 'assay/calibration';
import { logistic } from 'assay/elementary';
import { normals } from '../../lib/normal.js';
import { uniform } from '../../lib/random.js';
import type { Job } from '../../lib/rpc.js';

export type Scenario = 'linear' | 'sigmoid' | 'skewed' | 'centered' | 'discrete';
export const scenarios: readonly Scenario[] = ['linear', 'sigmoid', 'skewed', 'centered', 'discrete'];

/** What can be computed from outcomes alone. */
export const metrics = ['brier', 'logLoss', 'ece', 'mce', 'ks', 'auc'] as const;
export type Metric = (typeof metrics)[number];
export type Scores = Record<Metric, number>;

/** Bins of the authors' code: 15 quantile bins, every bin counts alike. */
const bins = { nBins: 15, strategy: 'quantile', binWeighting: 'uniform' } as const;

export function scoresOf(labels: Uint8Array, probabilities: Float64Array): Scores {
  return {
    brier: brierScore(labels, probabilities),
    logLoss: logLoss(labels, probabilities),
    ece: ece(labels, probabilities, bins),
    mce: mce(labels, probabilities, { nBins: bins.nBins, strategy: bins.strategy }),
    ks: ksCalibrationError(labels, probabilities),
    auc: rocAuc(labels, probabilities),
  };
}

export const logit = (p: number): number => Math.log(p / (1 - p));
const chances = (logits: Float64Array): Float64Array => logistic(logits) as Float64Array;

/** True probabilities along x. */
export function truthCurve({ scenario, x }: { scenario: Scenario; x: Float64Array }): Float64Array {
  return Float64Array.from(scenarioProbability(scenario, x));
}

/** A model that knows the truth and bends it: logit q = slope logit p + offset + noise z. */
export interface Bend {
  slope: number;
  offset: number;
  noise: number;
}

interface Sample {
  x: Float64Array;
  truth: Float64Array;
  labels: Uint8Array;
}

function sample(scenario: Scenario, rows: number, seed: number): Sample {
  const { x, probabilities, labels } = sampleScenario(scenario, rows, seed);
  return {
    x: Float64Array.from(x),
    truth: Float64Array.from(probabilities),
    labels: Uint8Array.from(labels),
  };
}

function bent(truth: Float64Array, z: Float64Array, { slope, offset, noise }: Bend): Float64Array {
  // Not through the logit and back, which rounds: this model is the truth to the last bit.
  if (slope === 1 && offset === 0 && noise === 0) return truth;
  return chances(truth.map((p, i) => slope * logit(p) + offset + noise * (z[i] ?? 0)));
}

/** The rows of figure one with everything that does not depend on the model. */
interface Ground extends Sample {
  z: Float64Array;
  redrawn: { labels: Uint8Array; truthScores: Scores }[];
}

export interface JudgeInput extends Bend {
  scenario: Scenario;
  rows: number;
  /** How often the outcomes are drawn anew to see what chance does. */
  redraws: number;
  seed: number;
}

let kept: { key: string; ground: Ground } | undefined;

function groundOf({ scenario, rows, redraws, seed }: JudgeInput): Ground {
  const key = [scenario, rows, redraws, seed].join();
  if (kept?.key === key) return kept.ground;
  const rowsOfTruth = sample(scenario, rows, seed);
  const random = uniform(seed);
  const z = normals(random, rows);
  const redrawn = Array.from({ length: redraws }, () => {
    const labels = Uint8Array.from(rowsOfTruth.truth, (p) => (random() < p ? 1 : 0));
    return { labels, truthScores: scoresOf(labels, rowsOfTruth.truth) };
  });
  kept = { key, ground: { ...rowsOfTruth, z, redrawn } };
  return kept.ground;
}

export interface Verdict {
  metric: Metric;
  /** The metric of the model on the outcomes drawn, and where 95 % of the redrawn ones put it. */
  model: number;
  low: number;
  high: number;
  /** The metric of the true probabilities on the same outcomes. */
  truth: number;
  /** Redraws in which the truth is graded better, worse, and exactly alike. */
  better: number;
  worse: number;
  level: number;
}

export interface Judged {
  /** Mean of the true probabilities: what a model would say that gives everyone the same. */
  meanTruth: number;
  mseP: number;
  klP: number;
  verdicts: Verdict[];
  rows: number;
  redraws: number;
  /** Some of the rows, to be drawn. */
  dots: { x: number; truth: number; model: number; label: number }[];
}

/** Type-7 quantile of sorted values. */
function quantile(sorted: readonly number[], level: number): number {
  const at = level * (sorted.length - 1);
  const below = Math.floor(at);
  const [a = NaN, b = a] = [sorted[below], sorted[below + 1]];
  return a + (at - below) * (b - a);
}

const higherIsBetter = (metric: Metric): boolean => metric === 'auc';

function verdict(metric: Metric, now: [Scores, Scores], redrawn: [Scores, Scores][]): Verdict {
  const sorted = redrawn.map(([model]) => model[metric]).sort((a, b) => a - b);
  const sign = higherIsBetter(metric) ? -1 : 1;
  const gaps = redrawn.map(([model, truth]) => sign * (model[metric] - truth[metric]));
  return {
    metric,
    model: now[0][metric],
    truth: now[1][metric],
    low: quantile(sorted, 0.025),
    high: quantile(sorted, 0.975),
    better: gaps.filter((gap) => gap > 0).length,
    worse: gaps.filter((gap) => gap < 0).length,
    level: gaps.filter((gap) => gap === 0).length,
  };
}

/** One model judged by its hidden error and by every metric, on the same rows and outcomes as the truth itself. */
export function judge(input: JudgeInput): Judged {
  const { x, truth, labels, z, redrawn } = groundOf(input);
  const model = bent(truth, z, input);
  const now: [Scores, Scores] = [scoresOf(labels, model), scoresOf(labels, truth)];
  const again = redrawn.map(({ labels: drawn, truthScores }): [Scores, Scores] => [
    scoresOf(drawn, model),
    truthScores,
  ]);
  return {
    meanTruth: truth.reduce((sum, p) => sum + p, 0) / truth.length,
    mseP: mseP(truth, model),
    klP: klP(truth, model),
    verdicts: metrics.map((metric) => verdict(metric, now, again)),
    rows: input.rows,
    redraws: input.redraws,
    dots: Array.from(x.subarray(0, 240), (value, i) => ({
      x: value,
      truth: truth[i] ?? NaN,
      model: model[i] ?? NaN,
      label: labels[i] ?? 0,
    })),
  };
}

/** Ranks from 1; equal values share the mean of theirs. */
export function midRanks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Array<number>(values.length);
  for (let first = 0; first < order.length;) {
    let last = first;
    const value = values[order[first] ?? 0];
    while (last + 1 < order.length && values[order[last + 1] ?? 0] === value) last++;
    for (let k = first; k <= last; k++) ranks[order[k] ?? 0] = (first + last) / 2 + 1;
    first = last + 1;
  }
  return ranks;
}

export interface Correlation {
  value: number;
  low: number;
  high: number;
}

/** Spearman's rank correlation with the 95 % interval of Bonett and Wright (2000). */
export function spearman(first: readonly number[], second: readonly number[]): Correlation {
  const [a, b] = [midRanks(first), midRanks(second)];
  const n = a.length;
  const middle = (n + 1) / 2;
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((rank, i) => {
    const [da, db] = [rank - middle, (b[i] ?? 0) - middle];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  });
  const value = ab / Math.sqrt(aa * bb);
  const half = 1.96 * Math.sqrt((1 + (value * value) / 2) / (n - 3));
  const place = Math.atanh(value);
  return { value, low: Math.tanh(place - half), high: Math.tanh(place + half) };
}

export interface FieldInput {
  /** Scenarios in the order in which they are wanted. */
  order: readonly Scenario[];
  rows: number;
  models: number;
  seed: number;
}

export interface Field {
  scenario: Scenario;
  rows: number;
  seed: number;
  mseP: number[];
  scores: Record<Metric, number[]>;
  correlation: Record<Metric, Correlation>;
}

const perMetric = <T>(make: (metric: Metric) => T): Record<Metric, T> =>
  Object.fromEntries(metrics.map((metric) => [metric, make(metric)])) as Record<Metric, T>;

/**
 * Random models of one sample: q = a sigmoid(s logit p + b + c z) + (1 - a) mean y, with a ~ U(0, 1), s ~ U(0.3, 2.5),
 * b ~ N(0, 0.4^2), c ~ U(0, 1.5) and noise z ~ N(0, 1) on every row.
 */
export function randomModels(scenario: Scenario, { rows, models, seed }: Omit<FieldInput, 'order'>): Field {
  const { truth, labels } = sample(scenario, rows, seed);
  const random = uniform(seed);
  const rate = labels.reduce((sum, y) => sum + y, 0) / rows;
  const hidden: number[] = [];
  const scores = perMetric((): number[] => []);
  for (let k = 0; k < models; k++) {
    const slope = 0.3 + 2.2 * random();
    const share = random();
    const noise = 1.5 * random();
    const offset = 0.4 * (normals(random, 1)[0] ?? 0);
    const sharp = bent(truth, normals(random, rows), { slope, offset, noise });
    const model = sharp.map((q) => share * q + (1 - share) * rate);
    hidden.push(mseP(truth, model));
    const found = scoresOf(labels, model);
    metrics.forEach((metric) => scores[metric].push(found[metric]));
  }
  const correlation = perMetric((metric) => spearman(scores[metric], hidden));
  return { scenario, rows, seed, mseP: hidden, scores, correlation };
}

/** Fields of random models for several scenarios, each sent as soon as it is there. */
export async function fields({ order, ...rest }: FieldInput, job: Job): Promise<Field[]> {
  const found: Field[] = [];
  for (const scenario of order) {
    const field = randomModels(scenario, rest);
    found.push(field);
    job.emit(field);
    await job.breathe();
  }
  return found;
}
