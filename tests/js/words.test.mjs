// A word in place of numbers, and arrays of four axes.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { init } from 'assay';
import { almostFairCrpsLoss, logScoreKde, twcrpsEnsemble } from 'assay/scoring';

before(() => init());

const observations = [0.5, 1];
const members = [
  [0, 1, 4, 2],
  [1, 3, 2, 0.5],
];

test('the word of a number asks for its default', () => {
  assert.deepEqual(
    logScoreKde(observations, members, { bandwidth: 'nrd' }),
    logScoreKde(observations, members),
  );
  assert.throws(
    () => logScoreKde(observations, members, { bandwidth: 'other' }),
    /bandwidth is the text "other", must be a number or an array of numbers/,
  );
});

test('bounds may be infinite, for all rows or each', () => {
  const whole = twcrpsEnsemble(observations, members, { lower: -Infinity });
  assert.deepEqual(
    twcrpsEnsemble(observations, members, { lower: [-Infinity, -Infinity], upper: Infinity }),
    whole,
  );
});

test('arrays of four axes come nested and with a shape, and go back with one', () => {
  const nested = [[[[0, 2]], [[1, 0]], [[2, 1]]]];
  const flat = { data: Float64Array.of(0, 2, 1, 0, 2, 1), shape: [1, 3, 1, 2] };
  const one = almostFairCrpsLoss([[[0.5, 1]]], nested, [1], [1, 1]);
  const two = almostFairCrpsLoss([[[0.5, 1]]], flat, [1], [1, 1]);
  assert.equal(one.loss, two.loss);
  assert.deepEqual(one.grad.shape, [1, 3, 1, 2]);
  assert.deepEqual(one.grad.data, two.grad.data);
  assert.throws(
    () => almostFairCrpsLoss([[[0.5, 1]]], [[[[0, 2]], [[1]], [[2, 1]]]], [1], [1, 1]),
    /members is ragged/,
  );
  assert.throws(
    () => almostFairCrpsLoss([[[0.5, 1]]], [[[0, 2]]], [1], [1, 1]),
    /has 3 axes, must have 4 axes/,
  );
});
