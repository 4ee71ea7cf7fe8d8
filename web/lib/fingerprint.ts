// One hash over the results of fixed calls. The same requests go to the native evaluation program at build time and
// to the WebAssembly in the visitor's browser; equal hashes mean equal bits in every number.

import { sha256 } from './sha256.js';

/** A call with its arguments under the names of the evaluation protocol. */
export interface Call {
  function: string;
  args: Record<string, unknown>;
}

/** Numbers made by integer arithmetic alone: the same on every machine, exact in decimal. */
function stream(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 16777216;
  };
}

/** The fixed calls. */
export function fingerprintCalls(): Call[] {
  const u = stream(2024);
  const list = (n: number, make: () => number): number[] => Array.from({ length: n }, make);
  const table = (n: number, m: number, make: () => number): number[][] =>
    Array.from({ length: n }, () => list(m, make));
  const spread = (): number => 8 * (u() + u() + u() - 1.5);
  const observations = list(400, spread);
  const members = table(400, 24, spread);
  const probabilities = list(3000, u);
  const labels = probabilities.map((p) => (u() < p ? 1 : 0));
  const logits = table(64, 20, spread);
  const classes = list(64, () => Math.floor(20 * u()));
  return [
    { function: 'crps_ensemble', args: { observations, members, estimator: 'almost_fair' } },
    { function: 'crps_ensemble_grad', args: { observations, members, estimator: 'fair' } },
    { function: 'crps_normal', args: { observations, mu: 0.25, sigma: list(400, () => 0.5 + u()) } },
    { function: 'log_score_normal', args: { observations, mu: 0.25, sigma: list(400, () => 0.5 + u()) } },
    { function: 'brier_score', args: { labels, probabilities } },
    { function: 'reliability_table', args: { labels, probabilities, n_bins: 15, strategy: 'equal_mass' } },
    { function: 'corp_decomposition', args: { labels, probabilities, score: 'log' } },
    {
      function: 'cross_entropy_grad',
      args: { labels: classes, logits, label_smoothing: 0.1, reduction: 'mean' },
    },
    {
      function: 'competitive_swiss_simulate',
      args: { scores: table(12, 10, u), eliminate_per_round: list(10, () => 1), simulations: 20000, seed: 7 },
    },
  ];
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

/** The numbers of a result in a fixed order, whether it came as JSON or as the package's arrays and objects. */
function collect(value: unknown, into: number[]): void {
  if (typeof value === 'number') into.push(value);
  else if (typeof value === 'boolean') into.push(value ? 1 : 0);
  else if (typeof value === 'string') into.push(Number(value));
  else if (Array.isArray(value)) for (const item of value) collect(item, into);
  else if (ArrayBuffer.isView(value)) for (const item of value as Float64Array) into.push(item);
  else if (value && typeof value === 'object') collectObject(value as Record<string, unknown>, into);
}

function collectObject(record: Record<string, unknown>, into: number[]): void {
  if ('data' in record && 'shape' in record) {
    collect(record['data'], into);
    return;
  }
  const keys = Object.keys(record).sort((a, b) => (snake(a) < snake(b) ? -1 : 1));
  for (const key of keys) collect(record[key], into);
}

export interface Fingerprint {
  hash: string;
  /** How many numbers went into the hash. */
  numbers: number;
  functions: string[];
}

/** Hash of the numbers in the results of `fingerprintCalls`, each as its eight bytes. */
export function fingerprintOf(results: readonly unknown[]): Fingerprint {
  const numbers: number[] = [];
  for (const result of results) collect(result, numbers);
  const bytes = new DataView(new ArrayBuffer(numbers.length * 8));
  numbers.forEach((value, i) => bytes.setFloat64(8 * i, value, true));
  return {
    hash: sha256(new Uint8Array(bytes.buffer)),
    numbers: numbers.length,
    functions: fingerprintCalls().map((call) => call.function),
  };
}
