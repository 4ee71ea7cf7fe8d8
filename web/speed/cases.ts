// The measured cases: the same task by the package and by plain JavaScript, on the same numbers.

import { brierScore, corpReliability, ece, reliabilityTable, rocAuc } from 'assay/calibration';
import { exp, log } from 'assay/elementary';
import { crossEntropyGrad } from 'assay/losses';
import { crpsEnsemble, crpsEnsembleGrad } from 'assay/scoring';
import { competitiveSwissSimulate } from 'assay/tournament';
import { normals } from '../lib/normal.js';
import { uniform, uniforms } from '../lib/random.js';
import * as plain from './plain.js';

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

export interface CaseInfo {
  id: string;
  name: string;
  unit: string;
}

function crpsCase(m: number, total: number): Case {
  const rows = Math.floor(total / m);
  const random = uniform(m);
  const observations = normals(random, rows);
  const data = normals(random, rows * m);
  return {
    id: `crps-${m}`,
    name: `fair CRPS, ${m} members`,
    unit: 'member',
    units: rows * m,
    assay: () => crpsEnsemble(observations, { data, shape: [rows, m] }, { estimator: 'fair' }),
    plain: () => plain.crps(observations, data, m),
  };
}

function gradientCase(m: number, total: number): Case {
  const rows = Math.floor(total / m);
  const random = uniform(77);
  const observations = normals(random, rows);
  const data = normals(random, rows * m);
  return {
    id: `crps-grad-${m}`,
    name: `fair CRPS with gradient, ${m} members`,
    unit: 'member',
    units: rows * m,
    assay: () => crpsEnsembleGrad(observations, { data, shape: [rows, m] }, { estimator: 'fair' }),
    plain: () => plain.crpsGradient(observations, data, m),
  };
}

function binary(n: number): { labels: Uint8Array; probabilities: Float64Array } {
  const random = uniform(5);
  const probabilities = uniforms(random, n);
  return { probabilities, labels: Uint8Array.from(probabilities, (p) => (random() < p ? 1 : 0)) };
}

function binaryCases(n: number, sorted: number): Case[] {
  const { labels, probabilities } = binary(n);
  const few = { labels: labels.slice(0, sorted), probabilities: probabilities.slice(0, sorted) };
  const unit = 'forecast';
  return [
    {
      id: 'brier',
      name: 'Brier score',
      unit,
      units: n,
      assay: () => brierScore(labels, probabilities),
      plain: () => plain.brier(labels, probabilities),
    },
    {
      id: 'ece',
      name: 'calibration error, 10 bins',
      unit,
      units: n,
      assay: () => ece(labels, probabilities, { nBins: 10 }),
      plain: () => plain.ece(labels, probabilities, 10),
    },
    {
      id: 'table',
      name: 'reliability table, 10 bins',
      unit,
      units: n,
      assay: () => reliabilityTable(labels, probabilities, { nBins: 10 }),
      plain: () => plain.binSums(labels, probabilities, 10),
    },
    {
      id: 'auc',
      name: 'area under the ROC curve',
      unit,
      units: sorted,
      assay: () => rocAuc(few.labels, few.probabilities),
      plain: () => plain.auc(few.labels, few.probabilities),
    },
    {
      id: 'corp',
      name: 'isotonic reliability (CORP)',
      unit,
      units: sorted,
      assay: () => corpReliability(few.labels, few.probabilities),
      plain: () => plain.isotonicBlocks(few.labels, few.probabilities),
    },
  ];
}

function lossCase(): Case {
  const [rows, classes] = [512, 1000];
  const random = uniform(9);
  const data = Float32Array.from(normals(random, rows * classes));
  const labels = Int32Array.from({ length: rows }, () => Math.floor(random() * classes));
  return {
    id: 'cross-entropy',
    name: 'cross entropy with gradient, 1,000 classes, float32',
    unit: 'logit',
    units: rows * classes,
    assay: () => crossEntropyGrad(labels, { data, shape: [rows, classes] }),
    plain: () => plain.crossEntropyGradient(labels, data, classes),
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
    plain: () => plain.swiss(scores, players, rounds, simulations),
  };
}

function elementaryCases(n: number): Case[] {
  const values = uniforms(uniform(3), n).map((u) => 20 * u - 10);
  const positive = values.map(Math.abs);
  return [
    {
      id: 'exp',
      name: 'exponential',
      unit: 'number',
      units: n,
      assay: () => exp(values),
      plain: () => plain.exponential(values),
    },
    {
      id: 'log',
      name: 'logarithm',
      unit: 'number',
      units: n,
      assay: () => log(positive),
      plain: () => plain.logarithm(positive),
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
    ...elementaryCases(300_000),
  ];
}

/** One case for a quick look, on the landing page. */
export function quickCase(): Case {
  return crpsCase(50, 200_000);
}
