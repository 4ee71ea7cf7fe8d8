// A logistic model with more features than its rows can teach, trained on after its best moment: with the outcomes as
// targets (cross entropy), and with the targets of CaPE. Losses, gradients and targets come from the package.

import { capeLoss, capeTargets, logLossFromLogits, logLossFromLogitsGrad, mseP } from 'assay/calibration';
import { logistic } from 'assay/elementary';
import { normals } from '../../lib/normal.js';
import { uniform, type Uniform } from '../../lib/random.js';
import type { Job } from '../../lib/rpc.js';

export type Arm = 'crossEntropy' | 'capeBin' | 'capeKernel';
export const arms: readonly Arm[] = ['crossEntropy', 'capeBin', 'capeKernel'];
export type PerArm<T> = Record<Arm, T>;

export interface TrainInput {
  noiseFeatures: number;
  /** Size of the two signal features as a multiple of that of the noise features. */
  signal: number;
  /** CaPE targets are used in every so many steps; the outcomes in the others. */
  every: number;
  steps: number;
  seed: number;
}

/** Rows of each part; the noise features have standard deviation 0.35. */
export const sizes = { train: 600, validation: 600, test: 2000 };
const noiseSize = 0.35;
const rate = 0.6;
/** Steps between two looks at the test rows. */
const look = 10;
export const histogramBins = 20;

interface Rows {
  count: number;
  /** Features of a row with a 1 for the intercept at the end. */
  width: number;
  features: Float64Array;
  truth: Float64Array;
  labels: Uint8Array;
}

const chances = (logits: Float64Array): Float64Array => logistic(logits) as Float64Array;

/** Two standard normal causes a and b, p = sigmoid(a - 0.75 b); the model sees them in its first two features. */
function drawRows(random: Uniform, count: number, { noiseFeatures, signal }: TrainInput): Rows {
  const width = noiseFeatures + 3;
  const draws = normals(random, count * (width - 1));
  const features = new Float64Array(count * width);
  const logits = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const from = i * (width - 1);
    for (let j = 0; j < width - 1; j++) {
      features[i * width + j] = noiseSize * (j < 2 ? signal : 1) * (draws[from + j] ?? 0);
    }
    features[i * width + width - 1] = 1;
    logits[i] = (draws[from] ?? 0) - 0.75 * (draws[from + 1] ?? 0);
  }
  const truth = chances(logits);
  return { count, width, features, truth, labels: Uint8Array.from(truth, (p) => (random() < p ? 1 : 0)) };
}

function logitsOf({ count, width, features }: Rows, weights: Float64Array): Float64Array {
  const logits = new Float64Array(count);
  const term = (at: number, j: number): number => (weights[j] as number) * (features[at + j] as number);
  for (let i = 0; i < count; i++) {
    const from = i * width;
    // Four sums side by side: one alone would wait for itself in every addition.
    let [a, b, c, d] = [0, 0, 0, 0];
    let j = 0;
    for (; j + 3 < width; j += 4) {
      a += term(from, j);
      b += term(from, j + 1);
      c += term(from, j + 2);
      d += term(from, j + 3);
    }
    for (; j < width; j++) a += term(from, j);
    logits[i] = a + b + (c + d);
  }
  return logits;
}

/** One step of gradient descent on all rows, from the derivatives of the loss by the logits. */
function descend({ count, width, features }: Rows, weights: Float64Array, byLogit: ArrayLike<number>): void {
  for (let i = 0; i < count; i++) {
    const from = i * width;
    const by = rate * (byLogit[i] as number);
    for (let j = 0; j < width; j++) weights[j] = (weights[j] as number) - by * (features[from + j] as number);
  }
}

/** Counts in 20 bins of equal width, as shares. */
export function histogramOf(probabilities: Float64Array): number[] {
  const shares = new Array<number>(histogramBins).fill(0);
  for (const p of probabilities) {
    const bin = Math.min(histogramBins - 1, Math.floor(p * histogramBins));
    shares[bin] = (shares[bin] ?? 0) + 1 / probabilities.length;
  }
  return shares;
}

/** How a model stands on rows that it has not seen. */
export interface Standing {
  mseP: number;
  /** Logarithmic loss of the validation rows, which needs no true probabilities. */
  validation: number;
  /** Share of the test rows with a probability below 0.05 or above 0.95. */
  extreme: number;
  histogram: number[];
}

const share = (values: Float64Array, test: (p: number) => boolean): number =>
  values.reduce((sum, p) => sum + (test(p) ? 1 : 0), 0) / values.length;
const isExtreme = (p: number): boolean => p < 0.05 || p > 0.95;

interface Parts {
  train: Rows;
  validation: Rows;
  test: Rows;
}

function standing({ validation, test }: Parts, weights: Float64Array): Standing {
  const probabilities = chances(logitsOf(test, weights));
  return {
    mseP: mseP(test.truth, probabilities),
    validation: logLossFromLogits(validation.labels, logitsOf(validation, weights)),
    extreme: share(probabilities, isExtreme),
    histogram: histogramOf(probabilities),
  };
}

function derivatives(arm: Arm, rows: Rows, logits: Float64Array, useTargets: boolean): ArrayLike<number> {
  if (arm === 'crossEntropy' || !useTargets) return logLossFromLogitsGrad(rows.labels, logits).grad;
  const method = arm === 'capeBin' ? 'bin' : 'kernel';
  const targets = capeTargets(rows.labels, chances(logits), { method });
  const { grad } = capeLoss(targets, logits);
  // The result has the shape of the logits: a plain array here, an array with a shape for two logits a row.
  return 'shape' in grad ? (grad as unknown as { data: Float64Array }).data : (grad as Float64Array);
}

export interface WarmUp {
  /** Hidden error while cross entropy is trained to the least validation loss, the last entry. */
  steps: number[];
  mseP: number[];
}

interface Stopped extends WarmUp {
  weights: Float64Array;
}

/** Cross entropy from zero weights until the validation loss has not fallen for 50 steps; the best weights. */
function trainToStop(parts: Parts): Stopped {
  const { train, validation, test } = parts;
  const weights = new Float64Array(train.width);
  let best = { loss: Infinity, step: 0, weights: weights.slice() };
  const path: { step: number; mseP: number }[] = [];
  for (let step = 0; step <= best.step + 50 && step <= 600; step++) {
    const loss = logLossFromLogits(validation.labels, logitsOf(validation, weights));
    if (loss < best.loss) best = { loss, step, weights: weights.slice() };
    if (step % 5 === 0) path.push({ step, mseP: mseP(test.truth, chances(logitsOf(test, weights))) });
    descend(train, weights, logLossFromLogitsGrad(train.labels, logitsOf(train, weights)).grad);
  }
  const before = path.filter(({ step }) => step < best.step);
  return {
    weights: best.weights,
    steps: [...before.map(({ step }) => step - best.step), 0],
    mseP: [...before.map((p) => p.mseP), mseP(test.truth, chances(logitsOf(test, best.weights)))],
  };
}

export interface TrainState {
  step: number;
  now: PerArm<Standing>;
  /** The step with the least validation loss so far: what one would keep without knowing the truth. */
  chosen: PerArm<{ step: number; mseP: number }>;
  /** The early-stopped model, where all start. */
  early: Standing;
  warmUp: WarmUp;
  truth: { histogram: number[]; extreme: number };
}

const perArm = <T>(make: (arm: Arm) => T): PerArm<T> =>
  Object.fromEntries(arms.map((arm) => [arm, make(arm)])) as PerArm<T>;

/** Trains all three from the early-stopped model on; sends a state every ten steps. */
export async function train(input: TrainInput, job: Job): Promise<TrainState> {
  const random = uniform(input.seed);
  const parts: Parts = {
    train: drawRows(random, sizes.train, input),
    validation: drawRows(random, sizes.validation, input),
    test: drawRows(random, sizes.test, input),
  };
  const { weights, ...warmUp } = trainToStop(parts);
  const early = standing(parts, weights);
  const models = perArm(() => weights.slice());
  let best = perArm(() => ({ step: 0, mseP: early.mseP, validation: early.validation }));
  const truth = {
    histogram: histogramOf(parts.test.truth),
    extreme: share(parts.test.truth, isExtreme),
  };
  const state = (step: number): TrainState => {
    const now = perArm((arm) => (step === 0 ? early : standing(parts, models[arm])));
    best = perArm((arm) => {
      const { mseP: hidden, validation } = now[arm];
      return validation < best[arm].validation ? { step, mseP: hidden, validation } : best[arm];
    });
    const chosen = perArm((arm) => ({ step: best[arm].step, mseP: best[arm].mseP }));
    return { step, now, chosen, early, warmUp, truth };
  };
  job.emit(state(0));
  for (let step = 1; step <= input.steps; step++) {
    for (const arm of arms) {
      const logits = logitsOf(parts.train, models[arm]);
      const useTargets = (step - 1) % input.every === 0;
      descend(parts.train, models[arm], derivatives(arm, parts.train, logits, useTargets));
    }
    if (step % look === 0 && step < input.steps) {
      job.emit(state(step));
      await job.breathe();
    }
  }
  return state(input.steps);
}
