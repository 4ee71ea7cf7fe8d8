// The measured cases: the same task by the package and by plain JavaScript, on the same numbers.

import { corpReliability as plainCorpReliability } from '../../benchmarks/js/plain-sorted.mjs';
import * as plain from '../../benchmarks/js/plain.mjs';
import { brierScore, corpReliability, ece, reliabilityTable, rocAuc } from 'assay/calibration';
import { alloc, type HeapArray } from 'assay';
import { exp, log } from 'assay/elementary';
import { crossEntropyGrad } from 'assay/losses';
import { crpsEnsemble, crpsEnsembleGrad } from 'assay/scoring';
import { competitiveSwissSimulate } from 'assay/tournament';
import { normals } from '../lib/normal.js';
import { uniform, uniforms } from '../lib/random.js';

export interface Case {
  id: string;
  name: string;
  /** What one unit of the result is: nanoseconds per this. */
  unit: string;
  /** How many units one run does. */
  units: number;
  assay: () => unknown;
  plain: () => unknown;
}

function crpsCase(m: number, total: number): Case {
  const rows = Math.floor(total / m);
  const random = uniform(m);
  const observations = normals(random, rows);
  const data = normals(random, rows * m);
  const out = new Float64Array(rows);
  return {
    id: `crps-${m}`,
    name: `fair CRPS, ${m} members`,
    unit: 'member',
    units: rows * m,
    assay: () => crpsEnsemble(observations, { data, shape: [rows, m] }, { estimator: 'fair', out }),
    plain: () => plain.crpsEnsemble(observations, data, m, 1, out),
  };
}

function gradientCase(m: number, total: number): Case {
  const rows = Math.floor(total / m);
  const random = uniform(77);
  const observations = normals(random, rows);
  const data = normals(random, rows * m);
  const [scores, grad] = [new Float64Array(rows), new Float64Array(rows * m)];
  return {
    id: `crps-grad-${m}`,
    name: `fair CRPS with gradient, ${m} members`,
    unit: 'member',
    units: rows * m,
    assay: () => crpsEnsembleGrad(observations, { data, shape: [rows, m] }, { estimator: 'fair' }),
    plain: () => plain.crpsEnsembleGrad(observations, data, m, 1, scores, grad),
  };
}

function binary(n: number): { labels: Uint8Array; probabilities: Float64Array } {
  const random = uniform(5);
  const probabilities = uniforms(random, n);
  return { probabilities, labels: Uint8Array.from(probabilities, (p) => (random() < p ? 1 : 0)) };
}

/** The numbers in the library's memory, where the time of a copy would outweigh the work. */
function kept<D extends 'float64' | 'uint8'>(dtype: D, numbers: ArrayLike<number>): HeapArray<D> {
  const array = alloc[dtype](numbers.length) as HeapArray<D>;
  array.view.set(numbers);
  return array;
}

function binaryCases(n: number, sorted: number): Case[] {
  const { labels, probabilities } = binary(n);
  const few = { labels: labels.slice(0, sorted), probabilities: probabilities.slice(0, sorted) };
  const y = kept('uint8', labels);
  const p = kept('float64', probabilities);
  const unit = 'forecast';
  return [
    {
      id: 'brier',
      name: 'Brier score',
      unit,
      units: n,
      assay: () => brierScore(y, p),
      plain: () => plain.brierScore(labels, probabilities),
    },
    {
      id: 'brier-copied',
      name: 'Brier score, from arrays of the page',
      unit,
      units: n,
      assay: () => brierScore(labels, probabilities),
      plain: () => plain.brierScore(labels, probabilities),
    },
    {
      id: 'ece',
      name: 'calibration error, 10 bins',
      unit,
      units: n,
      assay: () => ece(y, p, { nBins: 10 }),
      plain: () => plain.ece(labels, probabilities, 10),
    },
    {
      id: 'table',
      name: 'reliability table, 10 bins',
      unit,
      units: n,
      assay: () => reliabilityTable(y, p, { nBins: 10 }),
      plain: () => plain.reliabilityTable(labels, probabilities, 10),
    },
    {
      id: 'auc',
      name: 'area under the ROC curve',
      unit,
      units: sorted,
      assay: () => rocAuc(few.labels, few.probabilities),
      plain: () => plain.rocAuc(few.labels, few.probabilities),
    },
    {
      id: 'corp',
      name: 'isotonic reliability (CORP)',
      unit,
      units: sorted,
      assay: () => corpReliability(few.labels, few.probabilities),
      plain: () => plainCorpReliability(few.labels, few.probabilities),
    },
  ];
}

function lossCase(): Case {
  const [rows, classes] = [512, 1000];
  const random = uniform(9);
  const data = Float32Array.from(normals(random, rows * classes));
  const labels = Int32Array.from({ length: rows }, () => Math.floor(random() * classes));
  const grad = new Float32Array(data.length);
  return {
    id: 'cross-entropy',
    name: 'cross entropy with gradient, 1,000 classes, float32',
    unit: 'logit',
    units: rows * classes,
    assay: () => crossEntropyGrad(labels, { data, shape: [rows, classes] }, { out: grad }),
    plain: () => plain.crossEntropyGrad(labels, data, classes, grad),
  };
}

function swissCase(): Case {
  const [players, rounds, simulations] = [32, 10, 4000];
  const scores = uniforms(uniform(11), players * rounds);
  const none = new Int32Array(rounds);
  return {
    id: 'swiss',
    name: 'Swiss tournament, 32 players, 10 rounds',
    unit: 'tournament',
    units: simulations,
    assay: () =>
      competitiveSwissSimulate({ data: scores, shape: [players, rounds] }, none, {
        simulations,
        blockSize: simulations,
      }),
    plain: () => plain.competitiveSwiss(scores, players, rounds, simulations, 1),
  };
}

function elementaryCases(n: number): Case[] {
  const values = uniforms(uniform(3), n).map((u) => 20 * u - 10);
  const positive = values.map(Math.abs);
  const [x, magnitude, result] = [kept('float64', values), kept('float64', positive), alloc.float64(n)];
  const out = new Float64Array(n);
  return [
    {
      id: 'exp',
      name: 'exponential',
      unit: 'number',
      units: n,
      assay: () => exp(x, { out: result }),
      plain: () => plain.exp(values, out),
    },
    {
      id: 'log',
      name: 'logarithm',
      unit: 'number',
      units: n,
      assay: () => log(magnitude, { out: result }),
      plain: () => plain.log(positive, out),
    },
  ];
}

/** Makes all cases with their data; needs the package to be initialised. */
export function allCases(): Case[] {
  return [
    crpsCase(10, 300_000),
    crpsCase(50, 300_000),
    crpsCase(500, 300_000),
    gradientCase(50, 300_000),
    ...binaryCases(1_000_000, 100_000),
    lossCase(),
    swissCase(),
    ...elementaryCases(1_000_000),
  ];
}

/** One case for a quick look, on the landing page. */
export function quickCase(): Case {
  return crpsCase(50, 200_000);
}
