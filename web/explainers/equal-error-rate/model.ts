// What the page on the equal error rate computes. Every rate comes from the package; the detector is simulated.

import {
  binomialInterval,
  calibrationBootstrap,
  detCurve,
  eer,
  eerPoint,
  minDcf,
  rocCurve,
  segmentEer,
} from 'assay/calibration';
import { normalCdf, normalQuantile } from 'assay/elementary';
import { normals } from '../../lib/normal.js';
import { uniform, type Uniform } from '../../lib/random.js';
import type { Job } from '../../lib/rpc.js';
import { drawTrials, exampleTrials, mapNames, mapped, type MapName, type Trials } from './trials.js';

export type Method = 'interpolated' | 'nearest' | 'convex_hull';
export const methods: readonly Method[] = ['interpolated', 'nearest', 'convex_hull'];
export type Rates = Record<Method, number>;

/** The three equal error rates of some trials. */
export function threeRates(labels: Uint8Array, scores: Float64Array): Rates {
  const rate = (method: Method): number => eer(labels, scores, { method });
  return { interpolated: rate('interpolated'), nearest: rate('nearest'), convex_hull: rate('convex_hull') };
}

/** Equal error rate of normal scores without end: the normal distribution function at minus half the separation. */
export function trueRate(separation: number): number {
  return normalCdf([-separation / 2])[0] ?? NaN;
}

export interface Interval {
  low: number;
  high: number;
}

export interface DetectInput {
  n: number;
  separation: number;
  map: MapName;
  /** Share of edited recordings where the detector is used. */
  prior: number;
  seed: number;
}

/** One set of trials under a map, with everything that is read from it. */
export interface Detection {
  edited: number;
  genuine: number;
  /** Mapped scores of each class, ascending. */
  editedScores: Float64Array;
  genuineScores: Float64Array;
  rates: Rates;
  /** Threshold of the interpolated rate. */
  threshold: number;
  /** Whether the three rates are the same numbers under every map. */
  invariant: boolean;
  cost: { least: number; threshold: number };
  truth: number;
}

const sortedCopy = (values: Float64Array): Float64Array => values.slice().sort();

/** Draws trials, maps their scores and measures. */
export function detect({ n, separation, map, prior, seed }: DetectInput): Detection {
  const { labels, scores, edited, genuine } = drawTrials(n, separation, seed);
  const shown = mapped(scores, map);
  const rates = threeRates(labels, shown);
  const cheapest = minDcf(labels, shown, { pTarget: prior });
  return {
    edited,
    genuine,
    editedScores: sortedCopy(shown.subarray(0, edited)),
    genuineScores: sortedCopy(shown.subarray(edited)),
    rates,
    threshold: eerPoint(labels, shown).threshold,
    invariant: mapNames.every((name) => {
      const other = threeRates(labels, mapped(scores, name));
      return methods.every((m) => Object.is(other[m], rates[m]));
    }),
    cost: { least: cheapest.minDcf, threshold: cheapest.threshold },
    truth: trueRate(separation),
  };
}

/** 95 % Wilson intervals of shares of trials. */
export function shareIntervals(counts: { k: number; n: number }[]): Interval[] {
  return counts.map(({ k, n }) => {
    const [low = NaN, high = NaN] = binomialInterval(k, n, { level: 0.95 }).wilson;
    return { low, high };
  });
}

/** Type-7 percentiles of the values at 2.5 and 97.5 %. */
function middle95(values: Float64Array): Interval {
  const sorted = sortedCopy(values);
  const at = (level: number): number => {
    const place = level * (sorted.length - 1);
    const k = Math.floor(place);
    const [a, b] = [sorted[k] ?? NaN, sorted[Math.min(k + 1, sorted.length - 1)] ?? NaN];
    return a + (b - a) * (place - k);
  };
  return { low: at(0.025), high: at(0.975) };
}

/** Adds one to as many random places of a stretch of `counts` as it is long: a resample as weights. */
function resample(counts: Float64Array, random: Uniform): void {
  for (let i = 0; i < counts.length; i++) {
    const k = Math.floor(random() * counts.length);
    counts[k] = (counts[k] ?? 0) + 1;
  }
}

export interface BootstrapInput {
  n: number;
  separation: number;
  seed: number;
  replicates: number;
}

/** 95 % bootstrap interval of the interpolated rate. */
export function bootstrap({ n, separation, seed, replicates }: BootstrapInput): Interval {
  const { labels, scores } = drawTrials(n, separation, seed);
  const { lower, upper } = calibrationBootstrap(labels, scores, {
    metric: 'eer',
    nBoot: replicates,
    level: 0.95,
    seed,
  });
  return { low: lower, high: upper };
}

/** Normal quantiles with the infinite ends left off. */
function quantiles(rates: ArrayLike<number>): Float64Array {
  const inside = Float64Array.from(rates, (r) => Math.min(1 - 1e-9, Math.max(1e-9, r)));
  return normalQuantile(inside) as Float64Array;
}

interface Point {
  x: number;
  y: number;
}

/** Points of a broken line of rates on normal-quantile axes; slanting pieces get points in between. */
function onQuantiles(fpr: readonly number[], fnr: readonly number[]): Point[] {
  const xs: number[] = [];
  const ys: number[] = [];
  fpr.forEach((x, i) => {
    const [x0, y0, y] = [fpr[i - 1] ?? x, fnr[i - 1] ?? fnr[i] ?? NaN, fnr[i] ?? NaN];
    const pieces = x !== x0 && y !== y0 ? 24 : 1;
    for (let k = 1; k <= pieces; k++) {
      xs.push(x0 + ((x - x0) * k) / pieces);
      ys.push(y0 + ((y - y0) * k) / pieces);
    }
  });
  const [qx, qy] = [quantiles(xs), quantiles(ys)];
  return Array.from(qx, (x, i) => ({ x, y: qy[i] ?? NaN }));
}

/** Corners of the lower hull of (false alarms, misses), which is the upper hull of the ROC curve. */
function hullOf(fpr: Float64Array, fnr: Float64Array): { fpr: number[]; fnr: number[] } {
  const corners: number[] = [];
  const cross = (a: number, b: number, c: number): number =>
    ((fpr[b] ?? 0) - (fpr[a] ?? 0)) * ((fnr[c] ?? 0) - (fnr[a] ?? 0)) -
    ((fnr[b] ?? 0) - (fnr[a] ?? 0)) * ((fpr[c] ?? 0) - (fpr[a] ?? 0));
  for (let i = 0; i < fpr.length; i++) {
    while (corners.length > 1 && cross(corners.at(-2) ?? 0, corners.at(-1) ?? 0, i) <= 0) corners.pop();
    corners.push(i);
  }
  return { fpr: corners.map((i) => fpr[i] ?? NaN), fnr: corners.map((i) => fnr[i] ?? NaN) };
}

/** The error curve of some trials on normal-quantile axes, and the three rates on it. */
export interface Definitions {
  edited: number;
  genuine: number;
  /** The measured points, and the broken line through them. */
  points: Point[];
  line: Point[];
  hull: Point[];
  rates: Rates;
  at: Rates;
  /** The measured point that the nearest rate is the mean of. */
  nearestFrom: Point;
  ticks: { rate: number; at: number }[];
}

const tickRates = [0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8];

function definitionsOf(trials: Trials): Definitions {
  const { labels, scores, edited, genuine } = trials;
  const { fpr, tpr } = rocCurve(labels, scores);
  const fnr = Float64Array.from(tpr, (t) => 1 - t);
  const measured = detCurve(labels, scores, { probit: true });
  const hull = hullOf(Float64Array.from(fpr), fnr);
  const rates = threeRates(labels, scores);
  const gaps = Array.from(fpr, (x, i) => Math.abs(x - (fnr[i] ?? NaN)));
  const nearest = gaps.indexOf(Math.min(...gaps));
  const [nx, ny] = [quantiles([fpr[nearest] ?? NaN]), quantiles([fnr[nearest] ?? NaN])];
  const at = quantiles(methods.map((m) => rates[m]));
  const ticks = quantiles(tickRates);
  const bounded = (v: number): number => Math.min(6, Math.max(-6, v));
  return {
    edited,
    genuine,
    points: Array.from(measured.fprProbit, (x, i) => ({
      x: bounded(x),
      y: bounded(measured.fnrProbit[i] ?? NaN),
    })),
    line: onQuantiles(Array.from(fpr), Array.from(fnr)),
    hull: onQuantiles(hull.fpr, hull.fnr),
    rates,
    at: { interpolated: at[0] ?? NaN, nearest: at[1] ?? NaN, convex_hull: at[2] ?? NaN },
    nearestFrom: { x: nx[0] ?? NaN, y: ny[0] ?? NaN },
    ticks: tickRates.map((rate, i) => ({ rate, at: ticks[i] ?? NaN })),
  };
}

export interface DefinitionsInput {
  /** Trials of the large set. */
  large: number;
  /** Separation of both sets; the example has its own scores. */
  separation: number;
  /** 0 shows the fixed example as the small set. */
  seed: number;
}

/** Trials of the small set. */
export const smallCount = 20;

/** A small and a large set of trials. */
export function definitions(input: DefinitionsInput): {
  small: Definitions;
  large: Definitions;
  truth: number;
} {
  const { large, separation, seed } = input;
  return {
    small: definitionsOf(seed === 0 ? exampleTrials() : drawTrials(smallCount, separation, seed)),
    large: definitionsOf(drawTrials(large, separation, seed + 1000003)),
    truth: trueRate(separation),
  };
}

export interface SpreadInput {
  sizes: number[];
  separation: number;
  repeats: number;
  seed: number;
}

/** The three rates of many sets of trials of each size. */
export interface Spread {
  done: number;
  truth: number;
  sets: { n: number; rates: Record<Method, Float64Array> }[];
}

/** Draws sets of trials again and again; reports in between. */
export async function spread({ sizes, separation, repeats, seed }: SpreadInput, job: Job): Promise<Spread> {
  const truth = trueRate(separation);
  const all = sizes.map((n) => ({
    n,
    rates: {
      interpolated: new Float64Array(repeats),
      nearest: new Float64Array(repeats),
      convex_hull: new Float64Array(repeats),
    },
  }));
  const state = (done: number): Spread => ({
    done,
    truth,
    sets: all.map(({ n, rates }) => ({
      n,
      rates: {
        interpolated: rates.interpolated.slice(0, done),
        nearest: rates.nearest.slice(0, done),
        convex_hull: rates.convex_hull.slice(0, done),
      },
    })),
  });
  const block = Math.max(5, Math.floor(50000 / sizes.reduce((a, b) => a + b, 0)));
  for (let r = 0; r < repeats; r++) {
    for (const { n, rates } of all) {
      const { labels, scores } = drawTrials(n, separation, Math.imul(seed, 100003) + 1009 * r + n);
      const found = threeRates(labels, scores);
      for (const m of methods) rates[m][r] = found[m];
    }
    if ((r + 1) % block === 0 && r + 1 < repeats) {
      job.emit(state(r + 1));
      await job.breathe();
    }
  }
  return state(repeats);
}

export interface FramesInput {
  recordings: number;
  /** How much of the separation the longest recordings lose against the shortest, 0 to 1. */
  harder: number;
  replicates: number;
  seed: number;
}

/** Equal error rate of frames, counted in two ways, with 95 % intervals over recordings. */
export interface Frames {
  frames: number;
  shortest: number;
  longest: number;
  pooled: { rate: number } & Interval;
  alike: { rate: number } & Interval;
}

interface FrameTrials {
  labels: Uint8Array;
  scores: Float64Array;
  segments: Int32Array;
  lengths: number[];
}

/** Recordings of 20 to 500 frames with one edited stretch each. */
function drawFrames({ recordings, harder, seed }: FramesInput): FrameTrials {
  const random = uniform(seed);
  const places = Array.from({ length: recordings }, () => random());
  const lengths = places.map((u) => Math.round(20 * 25 ** u));
  const total = lengths.reduce((a, b) => a + b, 0);
  const labels = new Uint8Array(total);
  const segments = new Int32Array(total);
  const noise = normals(random, total);
  const scores = new Float64Array(total);
  let at = 0;
  lengths.forEach((length, s) => {
    const separation = 3 * (1 - harder * (places[s] ?? 0));
    const stretch = Math.max(2, Math.round(length * (0.1 + 0.3 * random())));
    const start = Math.floor(random() * (length - stretch + 1));
    for (let i = 0; i < length; i++, at++) {
      const isEdited = i >= start && i < start + stretch;
      labels[at] = isEdited ? 1 : 0;
      segments[at] = s;
      scores[at] = 1 / (1 + Math.exp(-((noise[at] ?? 0) + (isEdited ? separation : 0) - separation / 2)));
    }
  });
  return { labels, scores, segments, lengths };
}

/** Draws recordings and measures both ways; the bootstrap draws whole recordings. Reports early and at the end. */
export async function frames(input: FramesInput, job: Job): Promise<Frames> {
  const { labels, scores, segments, lengths } = drawFrames(input);
  const random = uniform(input.seed ^ 0x2545f491);
  const pooled = new Float64Array(input.replicates);
  const alike = new Float64Array(input.replicates);
  const rateOf = (average: 'frames' | 'segments'): number =>
    segmentEer(labels, scores, segments, { average }).eer;
  const [pooledRate, alikeRate] = [rateOf('frames'), rateOf('segments')];
  const state = (done: number): Frames => ({
    frames: scores.length,
    shortest: Math.min(...lengths),
    longest: Math.max(...lengths),
    pooled: { rate: pooledRate, ...middle95(pooled.subarray(0, done)) },
    alike: { rate: alikeRate, ...middle95(alike.subarray(0, done)) },
  });
  for (let b = 0; b < input.replicates; b++) {
    const counts = new Float64Array(lengths.length);
    resample(counts, random);
    const count = (i: number): number => counts[segments[i] ?? 0] ?? 0;
    pooled[b] = eer(labels, scores, { weights: scores.map((_, i) => count(i)) });
    alike[b] = eer(labels, scores, {
      weights: scores.map((_, i) => count(i) / (lengths[segments[i] ?? 0] ?? 1)),
    });
    if (b % 10 === 9) {
      if (b === 19) job.emit(state(b + 1));
      await job.breathe();
    }
  }
  return state(input.replicates);
}
