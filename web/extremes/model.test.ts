// The claims of the page on extremes, with a fixed seed.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { init } from 'assay';
import { crpsCnormal } from 'assay/scoring';
import { dilemma, oneCase } from './model.js';

before(() => init());

test('graded on the extreme cases alone, the alarmist beats honesty; weighted, never', () => {
  const { extreme_cases: cases, threshold_weighted: weighted } = dilemma({
    exaggeration: 1,
    thresholds: [0, 1, 2],
    cases: 20_000,
    seed: 1,
  });
  const last = cases.alarmist[2];
  assert.ok(last && last.difference < -5 * last.standardError, `alarmist ${last?.difference}`);
  for (const forecaster of ['alarmist', 'climatologist'] as const)
    for (const point of weighted[forecaster])
      assert.ok(
        point.difference > 3 * point.standardError,
        `${forecaster} at ${point.threshold}: ${point.difference}`,
      );
});

test('without a threshold both rules are the CRPS of all cases', () => {
  const found = dilemma({ exaggeration: 1, thresholds: [-20], cases: 5000, seed: 2 });
  for (const forecaster of ['alarmist', 'climatologist'] as const) {
    const [all] = found.extreme_cases[forecaster];
    const [weighted] = found.threshold_weighted[forecaster];
    assert.equal(all?.cases, 5000);
    // 50 quantiles in place of a distribution: the score changes by less than 1/50 of it.
    assert.ok(Math.abs((all?.difference ?? NaN) - (weighted?.difference ?? NaN)) < 0.01);
  }
});

test('the weighted score of one case is the score of the censored forecast', () => {
  for (const outcome of [-1, 0.5, 3]) {
    const [censored] = crpsCnormal([Math.max(outcome, 1)], 0, 1, 1, Infinity);
    const { weighted } = oneCase(outcome, 1, -4, 5);
    assert.ok(Math.abs(weighted - (censored ?? NaN)) < 0.005, `${weighted}, censored ${censored}`);
  }
});
