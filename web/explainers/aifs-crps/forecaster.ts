// A stochastic forecaster small enough to train while one watches: a network that takes a noisy state of the Lorenz-63
// system and random numbers, and says where the state will be. Each draw of random numbers is one member.

import { crpsEnsembleGrad, forecastReport } from 'assay/scoring';
import { Adam } from '../../lib/adam.js';
import { normals } from '../../lib/normal.js';
import { uniform, type Uniform } from '../../lib/random.js';
import type { Job } from '../../lib/rpc.js';
import { estimators, type Estimator } from './model.js';

// ---- the system ----

const dimension = 3;
const timeStep = 0.01;
/** Half a time unit ahead. */
const leadSteps = 50;
/** Standard deviation of the error of the state that the forecaster is shown, in the units of the system. */
const stateError = 0.5;

function lorenz([x, y, z]: readonly [number, number, number]): [number, number, number] {
  return [10 * (y - x), x * (28 - z) - y, x * y - (8 / 3) * z];
}

/** One step of the classical Runge-Kutta method. */
function advance(state: [number, number, number]): [number, number, number] {
  const moved = (slope: readonly number[], h: number): [number, number, number] => [
    state[0] + h * (slope[0] ?? 0),
    state[1] + h * (slope[1] ?? 0),
    state[2] + h * (slope[2] ?? 0),
  ];
  const a = lorenz(state);
  const b = lorenz(moved(a, timeStep / 2));
  const c = lorenz(moved(b, timeStep / 2));
  const d = lorenz(moved(c, timeStep));
  return moved(
    a.map((slope, i) => (slope + 2 * (b[i] ?? 0) + 2 * (c[i] ?? 0) + (d[i] ?? 0)) / 6),
    timeStep,
  );
}

export interface Cases {
  /** (n, 3) what the forecaster sees, in standard deviations of the system. */
  seen: Float64Array;
  /** (n, 3) what comes, in the same units. */
  outcomes: Float64Array;
  count: number;
}

/** States along one long run, far enough apart to differ. */
export function casesOf(random: Uniform, count: number): Cases {
  let state: [number, number, number] = [1 + random(), 1 + random(), 20 + random()];
  for (let i = 0; i < 1000; i++) state = advance(state);
  const seen = new Float64Array(count * dimension);
  const outcomes = new Float64Array(count * dimension);
  const errors = normals(random, count * dimension);
  const center = [0, 0, 23.5];
  const scale = [7.9, 9.0, 8.6];
  const put = (into: Float64Array, row: number, k: number, value: number): void => {
    into[row * dimension + k] = (value - (center[k] ?? 0)) / (scale[k] ?? 1);
  };
  for (let row = 0; row < count; row++) {
    state.forEach((value, k) => put(seen, row, k, value + stateError * (errors[row * dimension + k] ?? 0)));
    for (let i = 0; i < leadSteps; i++) state = advance(state);
    state.forEach((value, k) => put(outcomes, row, k, value));
  }
  return { seen, outcomes, count };
}

// ---- the network ----

const noiseInputs = 2;
const inputs = dimension + noiseInputs;
const hidden = 24;
const sizes = [inputs, hidden, hidden, dimension] as const;

interface Layer {
  /** Where its weights (out, in) and biases (out) begin among the parameters. */
  readonly weights: number;
  readonly biases: number;
  readonly from: number;
  readonly to: number;
}

const layers: readonly Layer[] = (() => {
  let at = 0;
  return [0, 1, 2].map((k) => {
    const [from, to] = [sizes[k] ?? 0, sizes[k + 1] ?? 0];
    const layer = { weights: at, biases: at + from * to, from, to };
    at += from * to + to;
    return layer;
  });
})();
const parameterCount = layers.reduce((sum, { from, to }) => sum + from * to + to, 0);

function startingParameters(random: Uniform): Float64Array {
  const parameters = new Float64Array(parameterCount);
  for (const { weights, from, to } of layers)
    parameters.set(
      normals(random, from * to).map((z) => z / Math.sqrt(from)),
      weights,
    );
  return parameters;
}

/** Activations of the layers for `rows` inputs; the last are the outputs. */
function forward(parameters: Float64Array, input: Float64Array, rows: number): Float64Array[] {
  const activations = [input];
  layers.forEach(({ weights, biases, from, to }, k) => {
    const before = activations[k] as Float64Array;
    const after = new Float64Array(rows * to);
    const last = k === layers.length - 1;
    for (let r = 0; r < rows; r++) {
      for (let o = 0; o < to; o++) {
        let sum = parameters[biases + o] as number;
        const w = weights + o * from;
        for (let i = 0; i < from; i++)
          sum += (parameters[w + i] as number) * (before[r * from + i] as number);
        after[r * to + o] = last ? sum : Math.tanh(sum);
      }
    }
    activations.push(after);
  });
  return activations;
}

/** Gradient by the parameters, from that by the outputs. */
function backward(
  parameters: Float64Array,
  activations: readonly Float64Array[],
  outputGradient: Float64Array,
  rows: number,
): Float64Array {
  const gradient = new Float64Array(parameterCount);
  let after = outputGradient;
  for (let k = layers.length - 1; k >= 0; k--) {
    const { weights, biases, from, to } = layers[k] as Layer;
    const before = activations[k] as Float64Array;
    const towards = new Float64Array(rows * from);
    for (let r = 0; r < rows; r++) {
      for (let o = 0; o < to; o++) {
        const g = after[r * to + o] as number;
        gradient[biases + o] = (gradient[biases + o] as number) + g;
        const w = weights + o * from;
        for (let i = 0; i < from; i++) {
          gradient[w + i] = (gradient[w + i] as number) + g * (before[r * from + i] as number);
          towards[r * from + i] = (towards[r * from + i] as number) + g * (parameters[w + i] as number);
        }
      }
    }
    if (k > 0)
      for (let i = 0; i < towards.length; i++)
        towards[i] = (towards[i] as number) * (1 - (before[i] as number) ** 2);
    after = towards;
  }
  return gradient;
}

// ---- forecasts and their score ----

/** Inputs of `members` draws for each of the rows: state and noise, members of a case side by side. */
function drawInputs(cases: Cases, rows: readonly number[], members: number, random: Uniform): Float64Array {
  const noise = normals(random, rows.length * members * noiseInputs);
  const input = new Float64Array(rows.length * members * inputs);
  rows.forEach((row, i) => {
    for (let m = 0; m < members; m++) {
      const at = (i * members + m) * inputs;
      for (let k = 0; k < dimension; k++) input[at + k] = cases.seen[row * dimension + k] as number;
      for (let k = 0; k < noiseInputs; k++)
        input[at + dimension + k] = noise[(i * members + m) * noiseInputs + k] as number;
    }
  });
  return input;
}

/** Outputs (case, member, variable) as ensembles (case and variable, member), a change added to what was seen. */
function ensemblesOf(cases: Cases, rows: readonly number[], outputs: Float64Array, members: number) {
  const data = new Float64Array(outputs.length);
  const y = new Float64Array(rows.length * dimension);
  rows.forEach((row, i) => {
    for (let k = 0; k < dimension; k++) {
      y[i * dimension + k] = cases.outcomes[row * dimension + k] as number;
      for (let m = 0; m < members; m++)
        data[(i * dimension + k) * members + m] =
          (cases.seen[row * dimension + k] as number) +
          (outputs[(i * members + m) * dimension + k] as number);
    }
  });
  const shape: [number, number] = [rows.length * dimension, members];
  return { y, members: { data, shape } };
}

export interface ForecasterInput {
  members: number;
  alpha: number;
  steps: number;
  seed: number;
  every: number;
}

/** What new cases say of the forecaster so far, with ensembles of `testMembers`. */
export interface ForecasterScore {
  fairCrps: number;
  /** Spread over error, 1 when reliable. */
  spreadRatio: number;
  /** Share of outcomes outside the ensemble. */
  outside: number;
  ranks: number[];
}

export interface ForecasterState {
  step: number;
  score: Record<Estimator, ForecasterScore>;
}

export const testMembers = 20;
const batchCases = 64;
const trainingCases = 4000;
const testCases = 500;

function judge(parameters: Float64Array, cases: Cases, seed: number): ForecasterScore {
  const rows = Array.from({ length: cases.count }, (_, i) => i);
  const input = drawInputs(cases, rows, testMembers, uniform(seed));
  const outputs = forward(parameters, input, rows.length * testMembers).at(-1) as Float64Array;
  const { y, members } = ensemblesOf(cases, rows, outputs, testMembers);
  const { whole } = forecastReport(y, members, { nBoot: 2 });
  const ranks = Array.from(whole.rankHistogram);
  return {
    fairCrps: whole.scores[0]?.mean ?? NaN,
    spreadRatio: whole.spread.ratio,
    outside: ((ranks[0] ?? 0) + (ranks.at(-1) ?? 0)) / y.length,
    ranks,
  };
}

/** Trains one network with each estimator on the same cases and noise; emits what new cases say on the way. */
export async function trainForecaster(
  { members, alpha, steps, seed, every }: ForecasterInput,
  job: Job,
): Promise<ForecasterState> {
  const random = uniform(seed);
  const training = casesOf(random, trainingCases);
  const fresh = casesOf(random, testCases);
  const start = startingParameters(random);
  const runs = estimators.map((estimator) => ({ estimator, adam: new Adam(start.slice()) }));
  const state = (step: number): ForecasterState => ({
    step,
    score: Object.fromEntries(
      runs.map(({ estimator, adam }) => [estimator, judge(adam.parameters, fresh, seed)]),
    ) as Record<Estimator, ForecasterScore>,
  });
  job.emit(state(0));
  for (let step = 1; step <= steps; step++) {
    const rows = Array.from({ length: batchCases }, () => Math.floor(random() * trainingCases));
    const input = drawInputs(training, rows, members, random);
    const rate = 0.003 * (step > 0.6 * steps ? 0.3 : 1) * (step > 0.85 * steps ? 0.3 : 1);
    for (const { estimator, adam } of runs) {
      const activations = forward(adam.parameters, input, batchCases * members);
      const outputs = activations.at(-1) as Float64Array;
      const ensembles = ensemblesOf(training, rows, outputs, members);
      const { grad } = crpsEnsembleGrad(ensembles.y, ensembles.members, { estimator, alpha });
      const back = new Float64Array(outputs.length);
      for (let i = 0; i < batchCases; i++)
        for (let k = 0; k < dimension; k++)
          for (let m = 0; m < members; m++)
            back[(i * members + m) * dimension + k] =
              (grad.data[(i * dimension + k) * members + m] as number) / (batchCases * dimension);
      adam.descend(backward(adam.parameters, activations, back, batchCases * members), rate);
    }
    if (step % every === 0 && step < steps) {
      job.emit(state(step));
      await job.breathe();
    }
  }
  return state(steps);
}
