// What the page on predictive multiplicity computes: the best logistic model, how far a patient's risk moves among all
// models within epsilon of its loss, and how many patients that concerns.

import { deltaDiscrepancy, logisticErm, viablePredictionRange } from 'assay/calibration';
import { normalCdf } from 'assay/elementary';
import { uniform } from '../../lib/random.js';
import type { Job } from '../../lib/rpc.js';
import type { Patients } from './data.js';
import { bestModelWith, outline, type Coefficients, type Outline } from './level-set.js';

/** How much worse in mean log loss a competing model may be: the stops of the page's slider. */
export const epsilons = [0.001, 0.002, 0.0034, 0.005, 0.007, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05] as const;

const penalty = { C: 1e6 };

const matrix = ({ predictors, count }: Patients): { data: Float64Array; shape: [number, number] } => ({
  data: predictors,
  shape: [count, 2],
});

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** Log-odds of the risk that a model gives to a patient. */
export function logitOf(model: Coefficients, { predictors }: Patients, row: number): number {
  return model[0] + model[1] * (predictors[2 * row] ?? 0) + model[2] * (predictors[2 * row + 1] ?? 0);
}

export interface Baseline {
  model: Coefficients;
  /** Mean log loss over all patients, in nats. */
  loss: number;
  /** Of that mean, over patients as the sample. */
  standardError: number;
  risk: Float64Array;
  /** Rows from the lowest risk to the highest. */
  order: number[];
}

/** The model of least log loss. */
export function baseline(patients: Patients): Baseline {
  const { malignant, count } = patients;
  const fit = logisticErm(matrix(patients), malignant, penalty);
  const [w0 = 0, w1 = 0, w2 = 0] = fit.coefficients;
  const risk = Float64Array.from(fit.probabilities);
  const squares = risk.reduce(
    (sum, p, i) => sum + (-Math.log(malignant[i] ? p : 1 - p) - fit.meanLogLoss) ** 2,
    0,
  );
  return {
    model: [w0, w1, w2],
    loss: fit.meanLogLoss,
    standardError: Math.sqrt(squares / (count - 1) / count),
    risk,
    order: Array.from(risk.keys()).sort((a, b) => (risk[a] ?? 0) - (risk[b] ?? 0)),
  };
}

/** Viable ranges of some patients. */
export interface Ranges {
  epsilon: number;
  rows: number[];
  lower: Float64Array;
  upper: Float64Array;
}

/** Least and greatest risk that any model within epsilon gives to each of some patients. */
export function ranges(patients: Patients, epsilon: number, rows: number[]): Ranges {
  const { lower, upper } = viablePredictionRange(matrix(patients), patients.malignant, epsilon, {
    ...penalty,
    points: Int32Array.from(rows),
  });
  return { epsilon, rows, lower: Float64Array.from(lower), upper: Float64Array.from(upper) };
}

/** Rows `step` apart in the order of the baseline's risk, both ends included. */
export function everyNth(order: readonly number[], step: number): number[] {
  return order.filter((_, k) => k % step === 0 || k === order.length - 1);
}

/** The confidence level that a range has as an interval for one patient's risk, by the likelihood ratio. */
export function confidenceLevel(epsilon: number, count: number): number {
  const [below = NaN] = normalCdf([Math.sqrt(2 * count * epsilon)]) as Float64Array;
  return 2 * below - 1;
}

export interface Contest {
  epsilon: number;
  row: number;
  lower: number;
  upper: number;
  /** The range's level as a confidence interval. */
  level: number;
  /** The models that give the patient the least and the greatest risk. */
  lowest: Coefficients;
  highest: Coefficients;
  /** Models on the edge of the set: those that move places on the best model's line of 50 % farthest. */
  others: Coefficients[];
  outline: Outline;
}

type Place = readonly [number, number];

/** Evenly spaced places on the line where a model says 50 %, as far as there are patients. */
function alongTheLine([w0, w1, w2]: Coefficients, places = 10): Place[] {
  const length = Math.hypot(w1, w2);
  return Array.from({ length: places }, (_, k) => {
    const along = -2.5 + (6.5 * k) / (places - 1);
    return [
      -(w0 * w1) / length ** 2 - (w2 / length) * along,
      -(w0 * w2) / length ** 2 + (w1 / length) * along,
    ];
  });
}

/** Everything of the first figure: one patient's extreme models, further ones, and the set of weights. */
export function contest(patients: Patients, best: Baseline, epsilon: number, row: number): Contest {
  const { predictors, malignant, count } = patients;
  const own: Place = [predictors[2 * row] ?? 0, predictors[2 * row + 1] ?? 0];
  const places = [own, ...alongTheLine(best.model)];
  const { lower, upper } = viablePredictionRange(matrix(patients), malignant, epsilon, {
    ...penalty,
    query: { data: Float64Array.from(places.flat()), shape: [places.length, 2] },
  });
  const extremes = places.map((place, k): readonly [Coefficients, Coefficients] => {
    const modelAt = (p: number): Coefficients =>
      bestModelWith(patients, place, Math.log(p / (1 - p)), best.model);
    return [modelAt(lower[k] ?? NaN), modelAt(upper[k] ?? NaN)];
  });
  const [[lowest, highest] = [best.model, best.model], ...others] = extremes;
  return {
    epsilon,
    row,
    lower: lower[0] ?? NaN,
    upper: upper[0] ?? NaN,
    level: confidenceLevel(epsilon, count),
    lowest,
    highest,
    others: others.flat(),
    outline: outline(patients, best.model, epsilon),
  };
}

/** How far each patient's risk can move away from the baseline's. */
export function moves(best: Baseline, { rows, lower, upper }: Ranges): number[] {
  return rows.map((row, k) => {
    const risk = best.risk[row] ?? NaN;
    return Math.max(risk - (lower[k] ?? NaN), (upper[k] ?? NaN) - risk);
  });
}

/** Share of the patients whose risk some competing model moves by at least delta. */
export function ambiguity(moved: readonly number[], delta: number): number {
  return moved.filter((move) => move >= delta).length / moved.length;
}

/** Where the curves over delta are evaluated. */
export const deltaGrid = Array.from({ length: 81 }, (_, k) => k / 100);

/** Bounds of the share of patients that one single competing model moves by at least delta. */
export interface Discrepancy {
  epsilon: number;
  delta: number;
  lower: number;
  upper: number;
}

export function discrepancyAt(patients: Patients, epsilon: number, delta: number): Discrepancy {
  const { lower, upper } = deltaDiscrepancy(matrix(patients), patients.malignant, epsilon, delta, penalty);
  return { epsilon, delta, lower, upper };
}

export interface DiscrepancyInput {
  epsilon: number;
  deltas: number[];
}

/** The bounds at several deltas, one after the other. */
export async function discrepancies(
  patients: Patients,
  { epsilon, deltas }: DiscrepancyInput,
  job: Job,
): Promise<Discrepancy[]> {
  const found: Discrepancy[] = [];
  for (const delta of deltas) {
    found.push(discrepancyAt(patients, epsilon, delta));
    job.emit([...found]);
    await job.breathe();
  }
  return found;
}

export interface BootstrapInput {
  epsilon: number;
  replicates: number;
  seed: number;
}

export interface Bootstrap {
  epsilon: number;
  done: number;
  /** Ambiguity on `deltaGrid`, one row a replicate. */
  curves: number[][];
}

function resampled({ count, predictors, malignant }: Patients, random: () => number): Patients {
  const rows = Array.from({ length: count }, () => Math.floor(random() * count));
  return {
    count,
    predictors: Float64Array.from(rows.flatMap((i) => [predictors[2 * i] ?? 0, predictors[2 * i + 1] ?? 0])),
    malignant: Int32Array.from(rows, (i) => malignant[i] ?? 0),
  };
}

/** Refits everything on patients drawn anew, with replacement: how well 569 patients determine the ambiguity. */
export async function bootstrap(patients: Patients, input: BootstrapInput, job: Job): Promise<Bootstrap> {
  const { epsilon, replicates, seed } = input;
  const random = uniform(seed);
  const curves: number[][] = [];
  for (let done = 1; done <= replicates; done++) {
    const sample = resampled(patients, random);
    const best = baseline(sample);
    const moved = moves(best, ranges(sample, epsilon, Array.from(best.risk.keys())));
    curves.push(deltaGrid.map((delta) => ambiguity(moved, delta)));
    if (done < replicates) job.emit({ epsilon, done, curves: [...curves] } satisfies Bootstrap);
    await job.breathe();
  }
  return { epsilon, done: replicates, curves };
}

/** The interval that holds the middle nine tenths of the replicates at each delta. */
export function band({ curves }: Bootstrap): { low: number; high: number }[] {
  return deltaGrid.map((_, k) => {
    const sorted = curves.map((curve) => curve[k] ?? NaN).sort((a, b) => a - b);
    const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? NaN;
    return { low: at(0.05), high: at(0.95) };
  });
}

/** Risk that a model gives to a patient. */
export function riskOf(model: Coefficients, patients: Patients, row: number): number {
  return sigmoid(logitOf(model, patients, row));
}
