// The world of the Balance page: forecasts from a beta distribution, a truth that is known, and what every measure
// should be in it, by quadrature.

import type { Uniform } from '../../lib/random.js';

/** Base values h ~ Beta(a, b); the event has probability logistic(slope logit h), the forecast says h + shift. */
export interface World {
  a: number;
  b: number;
  /** Below 1: forecasts too sure; above 1: not sure enough; 1: honest. */
  slope: number;
  /** Added to every forecast, which is then kept in [0, 1]. */
  shift: number;
}

/** Labels and the probabilities forecast for them. */
export interface Sample {
  labels: Uint8Array;
  probabilities: Float64Array;
}

export const truthOf = (world: World, h: number): number => 1 / (1 + ((1 - h) / h) ** world.slope);
export const forecastOf = (world: World, h: number): number => Math.min(1, Math.max(0, h + world.shift));

const cells = 20000;
const quantiles = 4096;

/** Share of the base values in each of many equal cells, taken at the cell's middle. */
function cellWeights({ a, b }: World): Float64Array {
  const weights = Float64Array.from({ length: cells }, (_, i) => {
    const h = (i + 0.5) / cells;
    return h ** (a - 1) * (1 - h) ** (b - 1);
  });
  const total = weights.reduce((x, y) => x + y, 0);
  return weights.map((w) => w / total);
}

/** The quantile function of the base values at k/4096. */
function quantileTable(world: World): Float64Array {
  const weights = cellWeights(world);
  const table = new Float64Array(quantiles + 1);
  let [cell, below] = [0, 0];
  for (let k = 0; k <= quantiles; k++) {
    const level = k / quantiles;
    while (cell < cells - 1 && below + (weights[cell] ?? 0) < level) below += weights[cell++] ?? 0;
    const inside = Math.min(1, Math.max(0, (level - below) / (weights[cell] ?? 1)));
    table[k] = (cell + inside) / cells;
  }
  return table;
}

/** A function that draws samples of the world. */
export function sampler(world: World): (n: number, random: Uniform) => Sample {
  const table = quantileTable(world);
  return (n, random) => {
    const probabilities = new Float64Array(n);
    const labels = new Uint8Array(n);
    for (let i = 0; i < n; i++) {
      const at = random() * quantiles;
      const k = Math.floor(at);
      const low = table[k] ?? 0;
      const h = low + ((table[k + 1] ?? 1) - low) * (at - k);
      probabilities[i] = forecastOf(world, h);
      labels[i] = random() < truthOf(world, h) ? 1 : 0;
    }
    return { labels, probabilities };
  };
}

/** What the measures are for an infinite sample. */
export interface Expected {
  /** Mean |p - q|: the calibration error that ECE and |Balance| want to tell. */
  trueError: number;
  /** Root of the mean (p - q)^2. */
  rootMeanSquare: number;
  balance: number;
  brier: number;
  /** Brier score of forecasts that say q. */
  brierOfTruth: number;
  /** Calibration error of the more probable outcome: what Balance can see of it at most. */
  topLabelError: number;
  /** The parts of Balance, by forecast: 20 equal intervals. */
  parts: Float64Array;
}

export const partCount = 20;
const confidenceCells = 500;

/** Integrates over the base values. */
export function expected(world: World): Expected {
  const weights = cellWeights(world);
  const parts = new Float64Array(partCount);
  const gaps = new Float64Array(confidenceCells + 1);
  let [trueError, square, brier, brierOfTruth] = [0, 0, 0, 0];
  weights.forEach((weight, i) => {
    const h = (i + 0.5) / cells;
    const [p, q] = [forecastOf(world, h), truthOf(world, h)];
    const gain = p >= 0.5 ? q - p : p - q;
    trueError += weight * Math.abs(p - q);
    square += weight * (p - q) ** 2;
    brierOfTruth += weight * q * (1 - q);
    brier += weight * ((p - q) ** 2 + q * (1 - q));
    const part = Math.min(partCount - 1, Math.floor(p * partCount));
    parts[part] = (parts[part] ?? 0) + weight * gain;
    const gap = Math.floor((Math.max(p, 1 - p) - 0.5) * 2 * confidenceCells);
    gaps[gap] = (gaps[gap] ?? 0) + weight * gain;
  });
  return {
    trueError,
    rootMeanSquare: Math.sqrt(square),
    balance: parts.reduce((a, b) => a + b, 0),
    brier,
    brierOfTruth,
    topLabelError: gaps.reduce((a, b) => a + Math.abs(b), 0),
    parts,
  };
}
