// What the AIFS-CRPS page computes: three estimators of the ensemble CRPS, their expectation in closed form and by
// simulation, their gradients, and two small trainings. Every score comes from the package.

import { crpsEnsemble, crpsEnsembleGrad, rankHistogram } from 'assay/scoring';
import { normalQuantile } from 'assay/elementary';
import { Adam } from '../../lib/adam.js';
import { normals } from '../../lib/normal.js';
import { uniform } from '../../lib/random.js';
import type { Job } from '../../lib/rpc.js';

export type Estimator = 'standard' | 'fair' | 'almost_fair';
export const estimators: readonly Estimator[] = ['standard', 'fair', 'almost_fair'];

/** The c in crps = mean |x - y| - c * (half the mean distance of two members). */
export function kernelFactor(estimator: Estimator, members: number, alpha: number): number {
  if (estimator === 'fair') return 1;
  return estimator === 'standard' ? 1 - 1 / members : 1 - (1 - alpha) / members;
}

/** Expected score of members from N(0, ratio^2) for an outcome from N(0, 1), in closed form. */
export function expectedScore(ratio: number, factor: number): number {
  return Math.sqrt((2 / Math.PI) * (1 + ratio * ratio)) - (factor * ratio) / Math.sqrt(Math.PI);
}

/** The ratio of spreads at which the expected score is least. */
export function optimalRatio(factor: number): number {
  return factor / Math.sqrt(2 - factor * factor);
}

/** The quantile levels at which free members end: optimal_member_levels of the specification. */
export function optimalLevels(members: number, factor: number): number[] {
  return Array.from(
    { length: members },
    (_, i) => 0.5 + (factor * (2 * (i + 1) - members - 1)) / (2 * (members - 1)),
  );
}

/** Positions on the standard normal axis at which almost fair heads stop. */
export function stopPositions(alpha: number): number[] {
  return Array.from(
    normalQuantile(Float64Array.from(optimalLevels(4, kernelFactor('almost_fair', 4, alpha)))),
  );
}

export interface ScorePoint {
  ratio: number;
  mean: number;
  standardError: number;
}

export interface SimulationInput {
  members: number;
  alpha: number;
  ratios: number[];
  forecasts: number;
  seed: number;
}

function meanAndError(values: ArrayLike<number>): { mean: number; standardError: number } {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += ((values[i] ?? 0) - mean) ** 2;
  return { mean, standardError: Math.sqrt(squares / (values.length - 1) / values.length) };
}

/** Mean scores of simulated forecasts; every ratio sees the same random numbers. */
export function simulateScores(input: SimulationInput): Record<Estimator, ScorePoint[]> {
  const { members, alpha, ratios, forecasts, seed } = input;
  const random = uniform(seed);
  const outcomes = normals(random, forecasts);
  const noise = normals(random, forecasts * members);
  const data = new Float64Array(noise.length);
  const result: Record<Estimator, ScorePoint[]> = { standard: [], fair: [], almost_fair: [] };
  for (const ratio of ratios) {
    noise.forEach((z, i) => (data[i] = ratio * z));
    for (const estimator of estimators) {
      const scores = crpsEnsemble(outcomes, { data, shape: [forecasts, members] }, { estimator, alpha });
      result[estimator].push({ ratio, ...meanAndError(scores) });
    }
  }
  return result;
}

export interface MemberScores {
  estimator: Estimator;
  score: number;
  gradient: Float64Array;
  /** Score with the chosen member moved over `positions`. */
  alongPositions: Float64Array;
}

export interface MemberInput {
  members: number[];
  outcome: number;
  alpha: number;
  /** Which member the curves move, and where to. */
  moved: number;
  positions: number[];
}

/** The three scores and gradients of one ensemble, and the scores while one member wanders. */
export function scoreMembers({ members, outcome, alpha, moved, positions }: MemberInput): MemberScores[] {
  const m = members.length;
  const rows = positions.flatMap((x) => members.map((member, i) => (i === moved ? x : member)));
  return estimators.map((estimator) => {
    const { crps, grad } = crpsEnsembleGrad(
      [outcome],
      { data: Float64Array.from(members), shape: [1, m] },
      { estimator, alpha },
    );
    const alongPositions = crpsEnsemble(
      new Float64Array(positions.length).fill(outcome),
      { data: Float64Array.from(rows), shape: [positions.length, m] },
      { estimator, alpha },
    );
    return {
      estimator,
      score: crps[0] ?? NaN,
      gradient: grad.data as Float64Array,
      alongPositions: alongPositions as Float64Array,
    };
  });
}

export interface HeadsInput {
  alpha: number;
  steps: number;
  seed: number;
  /** Steps between two partial results. */
  every: number;
}

export interface HeadsState {
  step: number;
  heads: Record<Estimator, number[]>;
}

const headCount = 4;
const headBatch = 4096;
const headRate = 0.01;

/** Mean gradient of the four heads over one batch of outcomes. */
function headGradient(
  heads: Float64Array,
  outcomes: Float64Array,
  estimator: Estimator,
  alpha: number,
): Float64Array {
  const data = new Float64Array(outcomes.length * headCount);
  for (let i = 0; i < data.length; i += headCount) data.set(heads, i);
  const { grad } = crpsEnsembleGrad(
    outcomes,
    { data, shape: [outcomes.length, headCount] },
    { estimator, alpha },
  );
  const mean = new Float64Array(headCount);
  grad.data.forEach((g, i) => (mean[i % headCount] = (mean[i % headCount] ?? 0) + g / outcomes.length));
  return mean;
}

/**
 * Four free numbers forecast y ~ N(0, 1) without any input and descend the mean score. The best they can do is to
 * sit at fixed quantiles; the fair score wants the outer two at levels 0 and 1, which are infinitely far away.
 */
export async function trainHeads({ alpha, steps, seed, every }: HeadsInput, job: Job): Promise<HeadsState> {
  const random = uniform(seed);
  const start = normals(random, headCount).map((z) => 0.5 * z);
  const runs = estimators.map((estimator) => ({ estimator, adam: new Adam(start.slice()) }));
  const state = (step: number): HeadsState => ({
    step,
    heads: Object.fromEntries(
      runs.map(({ estimator, adam }) => [estimator, Array.from(adam.parameters).sort((a, b) => a - b)]),
    ) as Record<Estimator, number[]>,
  });
  job.emit(state(0));
  for (let step = 1; step <= steps; step++) {
    const outcomes = normals(random, headBatch);
    for (const { estimator, adam } of runs) {
      adam.descend(headGradient(adam.parameters, outcomes, estimator, alpha), headRate);
    }
    if (step % every === 0 && step < steps) {
      job.emit(state(step));
      await job.breathe();
    }
  }
  return state(steps);
}

export interface LinearInput {
  members: number;
  alpha: number;
  steps: number;
  seed: number;
  every: number;
}

export interface LinearState {
  step: number;
  /** Learned over true standard deviation. */
  ratio: Record<Estimator, number>;
}

export interface LinearResult extends LinearState {
  /** Rank histogram of each trained model on new cases. */
  ranks: Record<Estimator, number[]>;
  cases: number;
}

const noiseScale = 0.5;
const linearBatch = 1024;

interface Batch {
  inputs: Float64Array;
  outcomes: Float64Array;
  noise: Float64Array;
}

function drawBatch(random: () => number, rows: number, members: number): Batch {
  const inputs = normals(random, rows);
  const errors = normals(random, rows);
  return {
    inputs,
    outcomes: inputs.map((u, i) => 2 * u + 1 + noiseScale * (errors[i] ?? 0)),
    noise: normals(random, rows * members),
  };
}

/** Members a u + b + s z of the model with parameters [a, b, s]. */
function forecast(
  [a = 0, b = 0, s = 0]: Float64Array,
  { inputs, noise }: Batch,
  members: number,
): Float64Array {
  return noise.map((z, i) => a * (inputs[Math.floor(i / members)] ?? 0) + b + s * z);
}

function linearGradient(
  parameters: Float64Array,
  batch: Batch,
  members: number,
  estimator: Estimator,
  alpha: number,
): Float64Array {
  const rows = batch.inputs.length;
  const shape: [number, number] = [rows, members];
  const { grad } = crpsEnsembleGrad(
    batch.outcomes,
    { data: forecast(parameters, batch, members), shape },
    { estimator, alpha },
  );
  const total = new Float64Array(3);
  grad.data.forEach((g, i) => {
    total[0] = (total[0] ?? 0) + (g * (batch.inputs[Math.floor(i / members)] ?? 0)) / rows;
    total[1] = (total[1] ?? 0) + g / rows;
    total[2] = (total[2] ?? 0) + (g * (batch.noise[i] ?? 0)) / rows;
  });
  return total;
}

/** Learning rate of the headline experiment: a fifth after half of the steps, and again after four fifths. */
function rateAt(step: number, steps: number): number {
  return 0.02 * (step > 0.5 * steps ? 0.2 : 1) * (step > 0.8 * steps ? 0.2 : 1);
}

/** Trains y = 2u + 1 + 0.5 noise as a stochastic linear model with each estimator, then ranks new outcomes. */
export async function trainLinear(input: LinearInput, job: Job): Promise<LinearResult> {
  const { members, alpha, steps, seed, every } = input;
  const random = uniform(seed);
  const runs = estimators.map((estimator) => ({ estimator, adam: new Adam(Float64Array.of(0, 0, 1)) }));
  const ratios = (): Record<Estimator, number> =>
    Object.fromEntries(
      runs.map(({ estimator, adam }) => [estimator, Math.abs(adam.parameters[2] ?? 0) / noiseScale]),
    ) as Record<Estimator, number>;
  job.emit({ step: 0, ratio: ratios() } satisfies LinearState);
  for (let step = 1; step <= steps; step++) {
    const batch = drawBatch(random, linearBatch, members);
    for (const { estimator, adam } of runs) {
      adam.descend(linearGradient(adam.parameters, batch, members, estimator, alpha), rateAt(step, steps));
    }
    if (step % every === 0 && step < steps) {
      job.emit({ step, ratio: ratios() } satisfies LinearState);
      await job.breathe();
    }
  }
  const cases = 20000;
  const test = drawBatch(random, cases, members);
  const ranks = Object.fromEntries(
    runs.map(({ estimator, adam }) => [
      estimator,
      Array.from(
        rankHistogram(test.outcomes, {
          data: forecast(adam.parameters, test, members),
          shape: [cases, members],
        }),
      ),
    ]),
  ) as Record<Estimator, number[]>;
  return { step: steps, ratio: ratios(), ranks, cases };
}
