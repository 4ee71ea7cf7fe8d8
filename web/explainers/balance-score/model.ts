// What the Balance page computes: the score and its rivals on repeated samples of a world whose truth is known.
// Every measure comes from the package.

import {
  balanceScore,
  binomialInterval,
  brierScore,
  ece,
  eceDebiasedL1,
  eceDebiasedL2,
} from 'assay/calibration';
import { uniform } from '../../lib/random.js';
import type { Job } from '../../lib/rpc.js';
import { expected, sampler, type Expected, type Sample, type World } from './world.js';

export type { Expected, World } from './world.js';

/** Bins of the calibration error that the page compares with. */
export const bins = 10;

/** The four forecasts of the first figure, judged. */
export interface Judged {
  gains: number[];
  signed: number;
  absolute: number;
  standardError: number;
  brier: number;
  accuracy: number;
  confidence: number;
}

/** Judges a few forecasts; each gain is the score of that forecast alone. */
export function judge({ labels, probabilities }: { labels: number[]; probabilities: number[] }): Judged {
  const { signed, absolute, stdError } = balanceScore(labels, probabilities);
  const right = probabilities.filter((p, i) => (p >= 0.5 ? 1 : 0) === labels[i]).length;
  const sure = probabilities.reduce((total, p) => total + Math.max(p, 1 - p), 0);
  return {
    gains: probabilities.map((p, i) => balanceScore([labels[i] ?? 0], [p]).signed),
    signed,
    absolute,
    standardError: stdError,
    brier: brierScore(labels, probabilities),
    accuracy: right / labels.length,
    confidence: sure / labels.length,
  };
}

/** The measures of each of many samples. */
export interface Measures {
  n: number;
  signed: Float64Array;
  ece: Float64Array;
  debiasedL1: Float64Array;
  debiasedL2: Float64Array;
  brier: Float64Array;
}

export interface ExperimentInput {
  world: World;
  sizes: number[];
  repeats: number;
  seed: number;
}

export interface Experiment {
  expected: Expected;
  /** Samples of each size so far. */
  done: number;
  measures: Measures[];
}

function emptyMeasures(n: number, repeats: number): Measures {
  const column = (): Float64Array => new Float64Array(repeats);
  return { n, signed: column(), ece: column(), debiasedL1: column(), debiasedL2: column(), brier: column() };
}

function measureInto(into: Measures, at: number, { labels, probabilities }: Sample): void {
  const options = { nBins: bins };
  into.signed[at] = balanceScore(labels, probabilities).signed;
  into.ece[at] = ece(labels, probabilities, options);
  into.debiasedL1[at] = eceDebiasedL1(labels, probabilities, options);
  into.debiasedL2[at] = eceDebiasedL2(labels, probabilities, options).value;
  into.brier[at] = brierScore(labels, probabilities);
}

const firstOf = (m: Measures, count: number): Measures => ({
  n: m.n,
  signed: m.signed.slice(0, count),
  ece: m.ece.slice(0, count),
  debiasedL1: m.debiasedL1.slice(0, count),
  debiasedL2: m.debiasedL2.slice(0, count),
  brier: m.brier.slice(0, count),
});

/** A stream for each size, so that a size shows the same samples whatever stands beside it. */
const streamOf = (seed: number, n: number): number => Math.imul(seed, 0x9e3779b1) ^ n;

/** Draws samples of every size again and again and measures each; reports in between. */
export async function experiment(input: ExperimentInput, job: Job): Promise<Experiment> {
  const { world, sizes, repeats, seed } = input;
  const draw = sampler(world);
  const truth = expected(world);
  const streams = sizes.map((n) => uniform(streamOf(seed, n)));
  const all = sizes.map((n) => emptyMeasures(n, repeats));
  const state = (done: number): Experiment => ({
    expected: truth,
    done,
    measures: all.map((m) => firstOf(m, done)),
  });
  // A block is some 50 ms of work.
  const block = Math.max(5, Math.floor(100000 / sizes.reduce((a, b) => a + b, 0)));
  for (let r = 0; r < repeats; r++) {
    sizes.forEach((n, k) => {
      const [into, random] = [all[k], streams[k]];
      if (into && random) measureInto(into, r, draw(n, random));
    });
    if ((r + 1) % block === 0 && r + 1 < repeats) {
      job.emit(state(r + 1));
      await job.breathe();
    }
  }
  return state(repeats);
}

export interface DuelInput {
  shift: number;
  n: number;
  repeats: number;
  seed: number;
}

/** How often a measure is better for the honest forecast than for the shifted one, with its 95 % interval. */
export interface Preference {
  wins: number;
  low: number;
  high: number;
}

export interface Duel {
  /** Samples so far. */
  done: number;
  honest: Measures;
  shifted: Measures;
  expected: Expected;
  preference: { balance: Preference; ece: Preference; brier: Preference };
}

const uniformWorld = (shift: number): World => ({ a: 1, b: 1, slope: 1, shift });

function preferenceFor(honest: Float64Array, shifted: Float64Array): Preference {
  const wins = honest.filter((value, i) => value < (shifted[i] ?? NaN)).length;
  const [low = NaN, high = NaN] = binomialInterval(wins, honest.length, { level: 0.95 }).wilson;
  return { wins, low, high };
}

function duelOf(honest: Measures, shifted: Measures, truth: Expected): Duel {
  return {
    done: honest.signed.length,
    honest,
    shifted,
    expected: truth,
    preference: {
      balance: preferenceFor(honest.signed.map(Math.abs), shifted.signed.map(Math.abs)),
      ece: preferenceFor(honest.ece, shifted.ece),
      brier: preferenceFor(honest.brier, shifted.brier),
    },
  };
}

/** The honest forecast against the same one shifted, on the same outcomes; reports early and at the end. */
export async function duel({ shift, n, repeats, seed }: DuelInput, job: Job): Promise<Duel> {
  const draw = sampler(uniformWorld(0));
  const random = uniform(streamOf(seed, n));
  const truth = expected(uniformWorld(shift));
  const [honest, shifted] = [emptyMeasures(n, repeats), emptyMeasures(n, repeats)];
  for (let r = 0; r < repeats; r++) {
    const { labels, probabilities } = draw(n, random);
    measureInto(honest, r, { labels, probabilities });
    const moved = probabilities.map((p) => Math.min(1, Math.max(0, p + shift)));
    measureInto(shifted, r, { labels, probabilities: moved });
    if ((r + 1) % 20 === 0 && r + 1 < repeats) {
      if (r + 1 === 20) job.emit(duelOf(firstOf(honest, 20), firstOf(shifted, 20), truth));
      await job.breathe();
    }
  }
  return duelOf(honest, shifted, truth);
}

export interface BinsInput {
  world: World;
  sizes: number[];
  binCounts: number[];
  repeats: number;
  seed: number;
}

export interface BinsCurve {
  n: number;
  /** Mean calibration error of the more probable outcome with each number of bins. */
  points: { bins: number; mean: number; standardError: number }[];
  /** Mean of |Balance| on the same samples, and the largest difference from one bin in any of them. */
  balance: number;
  largestDifference: number;
}

/** Confidence in the more probable outcome, and whether it came. */
export function confidences({ labels, probabilities }: Sample): Sample {
  return {
    labels: labels.map((y, i) => ((probabilities[i] ?? 0) >= 0.5 ? y : 1 - y)),
    probabilities: probabilities.map((p) => Math.max(p, 1 - p)),
  };
}

/** Edges of equal bins on [1/2, 1], where confidences lie; the first also holds what is below. */
export function confidenceEdges(count: number): Float64Array {
  return Float64Array.from({ length: count + 1 }, (_, k) => (k === 0 ? 0 : 0.5 + k / (2 * count)));
}

function meanAndError(values: Float64Array): { mean: number; standardError: number } {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const squares = values.reduce((a, b) => a + (b - mean) ** 2, 0);
  return { mean, standardError: Math.sqrt(squares / (values.length - 1) / values.length) };
}

function binsCurve(n: number, { world, binCounts, repeats, seed }: BinsInput): BinsCurve {
  const draw = sampler(world);
  const random = uniform(streamOf(seed, n));
  const values = binCounts.map(() => new Float64Array(repeats));
  const absolute = new Float64Array(repeats);
  const oneBin = new Float64Array(repeats);
  const edges = binCounts.map(confidenceEdges);
  const single = confidenceEdges(1);
  for (let r = 0; r < repeats; r++) {
    const sample = draw(n, random);
    const top = confidences(sample);
    const error = (e: Float64Array): number =>
      ece(top.labels, top.probabilities, { strategy: 'custom', edges: e });
    absolute[r] = balanceScore(sample.labels, sample.probabilities).absolute;
    oneBin[r] = error(single);
    edges.forEach((e, k) => {
      const column = values[k];
      if (column) column[r] = error(e);
    });
  }
  return {
    n,
    points: binCounts.map((count, k) => ({ bins: count, ...meanAndError(values[k] ?? new Float64Array()) })),
    balance: meanAndError(absolute).mean,
    largestDifference: absolute.reduce((most, v, r) => Math.max(most, Math.abs(v - (oneBin[r] ?? NaN))), 0),
  };
}

/** Calibration error of the more probable outcome over the number of bins, for each sample size. */
export async function manyBins(
  input: BinsInput,
  job: Job,
): Promise<{ curves: BinsCurve[]; expected: Expected }> {
  const curves: BinsCurve[] = [];
  for (const n of input.sizes) {
    curves.push(binsCurve(n, input));
    await job.breathe();
  }
  return { curves, expected: expected(input.world) };
}
