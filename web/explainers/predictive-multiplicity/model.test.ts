// The headline of the page on predictive multiplicity as assertions, with what the figures draw.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { init } from 'assay';
import { deltaAmbiguity, logLossFromLogits, multiplicityPath } from 'assay/calibration';
import { idleJob } from '../../lib/idle-job.js';
import { readPatients, type Patients } from './data.js';
import type { Coefficients } from './level-set.js';
import {
  ambiguity,
  band,
  baseline,
  bootstrap,
  confidenceLevel,
  contest,
  deltaGrid,
  discrepancies,
  logitOf,
  moves,
  ranges,
  riskOf,
  type Baseline,
  type Ranges,
} from './model.js';

const firstPatient = 232;
let patients: Patients;
let best: Baseline;
let rows: number[];

before(async () => {
  await init();
  patients = readPatients(readFileSync('web/explainers/predictive-multiplicity/patients.csv', 'utf8'));
  best = baseline(patients);
  rows = Array.from({ length: patients.count }, (_, row) => row);
});

/** The number to the digits that the page or the specification shows. */
const shows = (value: number, text: string): void =>
  assert.equal(value.toFixed(text.split('.')[1]?.length ?? 0), text);

const widths = ({ lower, upper }: Ranges): number[] =>
  Array.from(upper, (high, k) => high - (lower[k] ?? NaN));
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const loss = (model: Coefficients): number =>
  logLossFromLogits(
    patients.malignant,
    rows.map((row) => logitOf(model, patients, row)),
  );

test('569 patients, of whom 212 had a malignant tumour; the best model has a loss of 0.2558', () => {
  assert.equal(patients.count, 569);
  assert.equal(
    patients.malignant.reduce((a, b) => a + b, 0),
    212,
  );
  shows(best.loss, '0.2558');
  shows(1.96 * best.standardError, '0.044');
  // The same loss from the coefficients; both are sums of 569 terms in double precision.
  assert.ok(Math.abs(loss(best.model) - best.loss) < 1e-12);
});

// Every 19th row, 30 of them: the headline. All rows: the table of the page.
const headline = [
  {
    epsilon: 0.001,
    mean: '0.054',
    max: '0.16',
    share: '0.00',
    all: { mean: '0.041', max: '0.26', share: '0.004' },
  },
  {
    epsilon: 0.01,
    mean: '0.170',
    max: '0.49',
    share: '0.43',
    all: { mean: '0.131', max: '0.70', share: '0.34' },
  },
  {
    epsilon: 0.05,
    mean: '0.363',
    max: '0.88',
    share: '0.77',
    all: { mean: '0.295', max: '0.97', share: '0.74' },
  },
];
for (const { epsilon, all, ...some } of headline) {
  test(`widths and ambiguity at epsilon ${epsilon} are the headline's`, () => {
    const every = ranges(patients, epsilon, rows);
    const part = ranges(
      patients,
      epsilon,
      rows.filter((row) => row % 19 === 0),
    );
    assert.equal(part.rows.length, 30);
    for (const [result, expected] of [
      [part, some],
      [every, all],
    ] as const) {
      shows(mean(widths(result)), expected.mean);
      shows(Math.max(...widths(result)), expected.max);
      shows(ambiguity(moves(best, result), 0.1), expected.share);
    }
    // One patient's range does not depend on which others are asked for.
    part.rows.forEach((row, k) => assert.equal(part.lower[k], every.lower[row]));
    assert.equal(widths(every).indexOf(Math.max(...widths(every))), firstPatient);
  });
}

test('the two patients of the text have the ranges that it states', () => {
  const { lower, upper } = ranges(patients, 0.01, [firstPatient, 544]);
  shows(best.risk[firstPatient] ?? NaN, '0.35');
  shows(lower[0] ?? NaN, '0.0746');
  shows(upper[0] ?? NaN, '0.7701');
  shows(best.risk[544] ?? NaN, '0.34');
  shows(lower[1] ?? NaN, '0.23');
  shows(upper[1] ?? NaN, '0.46');
  assert.equal(patients.malignant[firstPatient], 0);
});

test('levels as confidence intervals are those of the chi-squared distribution with one degree of freedom', () => {
  shows(confidenceLevel(0.0034, 569), '0.951');
  shows(confidenceLevel(0.01, 569), '0.9993');
});

test('every drawn model lies on the edge of the set, and the extreme ones say what the range says', () => {
  for (const epsilon of [0.001, 0.05]) {
    const found = contest(patients, best, epsilon, firstPatient);
    // The edge is found to about 1e-8 in the loss: the ends of the ranges carry 1e-10 relative, steps end at 1e-8.
    for (const model of [found.lowest, found.highest, ...found.others, ...found.outline.edge])
      assert.ok(Math.abs(loss(model) - best.loss - epsilon) < 1e-7, `${loss(model) - best.loss}`);
    assert.ok(Math.abs(riskOf(found.lowest, patients, firstPatient) - found.lower) < 1e-12);
    assert.ok(Math.abs(riskOf(found.highest, patients, firstPatient) - found.upper) < 1e-12);
  }
});

test('for a small epsilon the outline is the ellipse', () => {
  const { outline } = contest(patients, best, 1e-4, firstPatient);
  const [, b1, b2] = best.model;
  outline.edge.forEach(([, w1, w2], k) => {
    const [e1, e2] = outline.ellipse[k] ?? [NaN, NaN];
    // The next term of the loss adds the order of the root of epsilon, 0.01; the baseline's penalty moves it by 0.005.
    assert.ok(Math.hypot(w1 - e1, w2 - e2) < 0.03 * Math.hypot(e1 - b1, e2 - b2));
  });
});

test('one model moves as many patients as the page says, and no more than the ambiguity counts', async () => {
  const epsilon = 0.01;
  const found = await discrepancies(patients, { epsilon, deltas: [0.1, 0.2] }, idleJob);
  const moved = moves(best, ranges(patients, epsilon, rows));
  const X = { data: patients.predictors, shape: [patients.count, 2] as [number, number] };
  for (const { delta, lower, upper } of found) {
    const share = ambiguity(moved, delta);
    assert.equal(upper, share);
    assert.equal(deltaAmbiguity(X, patients.malignant, epsilon, delta), share);
    assert.ok(lower > 0 && lower <= upper, `${delta}: ${lower} to ${upper}`);
  }
  shows(found[0]?.lower ?? NaN, '0.17');
});

test('the authors\u2019 grid of target risks finds narrower ranges', () => {
  const points = Int32Array.from(rows.filter((row) => row % 19 === 0));
  const X = { data: patients.predictors, shape: [patients.count, 2] as [number, number] };
  const path = multiplicityPath(X, patients.malignant, 0.01, { C: 1e6, points });
  const width = (row: number): number => {
    const said = Array.from(path.point.keys())
      .filter((k) => path.point[k] === row)
      .map((k) => path.candidateProbabilities.data[k * patients.count + row] ?? NaN);
    const all = [...said, path.baselineProbabilities[row] ?? NaN];
    return Math.max(...all) - Math.min(...all);
  };
  shows(mean(Array.from(points, width)), '0.132');
});

test('bootstrap curves fall from 1, and the same seed draws the same', async () => {
  const input = { epsilon: 0.01, replicates: 2, seed: 1 };
  const result = await bootstrap(patients, input, idleJob);
  assert.deepEqual(await bootstrap(patients, input, idleJob), result);
  for (const curve of result.curves) {
    assert.equal(curve[0], 1);
    assert.ok(curve.every((share, k) => k === 0 || share <= (curve[k - 1] ?? 0)));
  }
  assert.equal(band(result).length, deltaGrid.length);
});
