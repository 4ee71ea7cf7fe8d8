// Trials of a detector: scores of edited and of genuine recordings, and increasing maps of a score.

import { normals } from '../../lib/normal.js';
import { uniform } from '../../lib/random.js';

/** Scores in [0, 1], high for "edited"; label 1 for edited recordings, which come first. */
export interface Trials {
  labels: Uint8Array;
  scores: Float64Array;
  edited: number;
  genuine: number;
}

/** Share of edited trials: 7 of 20. */
export const editedShare = 0.35;

/** Labels of the first `edited` of `n` trials. */
function labelsOf(edited: number, n: number): Uint8Array {
  return Uint8Array.from({ length: n }, (_, i) => (i < edited ? 1 : 0));
}

/** Normal scores whose class means are `separation` standard deviations apart, squeezed into [0, 1]. */
export function drawTrials(n: number, separation: number, seed: number): Trials {
  const edited = Math.max(1, Math.min(n - 1, Math.round(n * editedShare)));
  const scores = normals(uniform(seed), n).map((z, i) => {
    const centred = z + (i < edited ? separation : 0) - separation / 2;
    return 1 / (1 + Math.exp(-1.7 * centred));
  });
  return { labels: labelsOf(edited, n), scores, edited, genuine: n - edited };
}

/** Twenty trials for which the three definitions differ: 7 edited, then 13 genuine. */
export const exampleScores: readonly number[] = [
  0.33, 0.33, 0.68, 0.72, 0.78, 0.93, 0.97, 0.01, 0.03, 0.03, 0.06, 0.08, 0.09, 0.13, 0.15, 0.17, 0.18, 0.28,
  0.38, 0.56,
];

export function exampleTrials(): Trials {
  const n = exampleScores.length;
  return { labels: labelsOf(7, n), scores: Float64Array.from(exampleScores), edited: 7, genuine: n - 7 };
}

export type MapName = 'given' | 'cubed' | 'ranks';
export const mapNames: readonly MapName[] = ['given', 'cubed', 'ranks'];

/** Share of the values that are smaller, equal ones counted half. */
function ranks(values: Float64Array): Float64Array {
  const sorted = values.slice().sort();
  const share = new Map<number, number>();
  for (let i = 0; i < sorted.length;) {
    const value = sorted[i] ?? NaN;
    let end = i;
    while (end < sorted.length && sorted[end] === value) end++;
    share.set(value, (i + end) / 2 / sorted.length);
    i = end;
  }
  return values.map((v) => share.get(v) ?? NaN);
}

/** The scores under a strictly increasing map of [0, 1]. */
export function mapped(scores: Float64Array, map: MapName): Float64Array {
  if (map === 'given') return scores;
  return map === 'cubed' ? scores.map((s) => s ** 3) : ranks(scores);
}
