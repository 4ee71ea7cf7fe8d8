// The headline of the Balance page as assertions, with fixed seeds.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { init } from 'assay';
import { balanceScore, brierScore, ece, eceMulticlass } from 'assay/calibration';
import { idleJob } from '../../lib/idle-job.js';
import { uniform } from '../../lib/random.js';
import { bins, confidenceEdges, confidences, duel, experiment, judge, manyBins } from './model.js';
import { expected, sampler, type World } from './world.js';

before(() => init());

const close = (actual: number, wanted: number, within: number, what: string): void =>
  assert.ok(Math.abs(actual - wanted) <= within, `${what}: ${actual}, expected ${wanted} within ${within}`);

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((a, b) => a + b, 0) / values.length;
const spread = (values: ArrayLike<number>): number => {
  const m = mean(values);
  return Math.sqrt(mean(Array.from(values, (v) => (v - m) ** 2)));
};

/** The settings of the headline with the numbers that an independent simulation of 200 runs gave. */
const settings = [
  {
    world: { a: 2, b: 2, slope: 0.5, shift: 0 },
    trueError: 0.0823,
    balance: [0.0774, 0.0844, 0.0826],
    ece: [0.1302, 0.0889, 0.0826],
  },
  { world: { a: 2, b: 5, slope: 0.5, shift: 0 }, trueError: 0.0983, balance: [0.0964], ece: [0.1331] },
  { world: { a: 2, b: 2, slope: 1.6, shift: 0 }, trueError: 0.0689, balance: [0.0735], ece: [0.1131] },
];
const sizes = [100, 1000, 10000];
const sideOf = ({ a, b, slope }: World): string => `Beta(${a}, ${b}), slope ${slope}`;

test('|Balance| at n = 100 has less than a third of the bias of ECE, in the three settings of the headline', async () => {
  for (const { world, trueError, balance, ece: eceMeans } of settings) {
    const result = await experiment(
      { world, sizes: sizes.slice(0, balance.length), repeats: 200, seed: 1 },
      idleJob,
    );
    const side = sideOf(world);
    // The reference is a mean over a sample of its own.
    close(result.expected.trueError, trueError, 0.001, `true error of ${side}`);
    result.measures.forEach((m, k) => {
      const absolute = m.signed.map(Math.abs);
      // Both are means of 200 runs: four standard errors of their difference.
      const within = (values: Float64Array): number => (4 * Math.SQRT2 * spread(values)) / Math.sqrt(200);
      close(mean(absolute), balance[k] ?? NaN, within(absolute), `|Balance| of ${side}, n = ${m.n}`);
      close(mean(m.ece), eceMeans[k] ?? NaN, within(m.ece), `ECE of ${side}, n = ${m.n}`);
    });
    const hundred = result.measures[0];
    assert.ok(hundred);
    const biasOf = (values: Float64Array): number => Math.abs(mean(values) - result.expected.trueError);
    const [ours, theirs] = [biasOf(hundred.signed.map(Math.abs)), biasOf(hundred.ece)];
    assert.ok(ours < theirs / 3, `${side}: bias ${ours} of |Balance|, ${theirs} of ECE`);
  }
});

test('a shift of 0.1 has a true error of 0.095 and hides from Balance, but not from ECE and Brier', async () => {
  const world = { a: 1, b: 1, slope: 1, shift: 0.1 };
  const truth = expected(world);
  close(truth.trueError, 0.095, 1e-5, 'true error');
  close(truth.balance, -0.015, 1e-5, 'long-run Balance');
  const { labels, probabilities } = sampler(world)(100000, uniform(1));
  const { signed, stdError } = balanceScore(labels, probabilities);
  close(stdError, 0.0014, 1e-4, 'standard error of n = 100000');
  close(signed, truth.balance, 4 * stdError, 'Balance of a sample');
  close(signed, -0.0133, 4 * Math.SQRT2 * stdError, 'Balance of the reference');
  close(ece(labels, probabilities, { nBins: bins }), 0.095, 0.006, 'ECE of a sample');
  assert.ok(brierScore(labels, probabilities) > truth.brierOfTruth + 0.005);
  const { preference } = await duel({ shift: 0.1, n: 1000, repeats: 200, seed: 1 }, idleJob);
  assert.ok(preference.brier.wins > 190 && preference.ece.wins > 190, JSON.stringify(preference));
  assert.ok(preference.balance.wins < 150, JSON.stringify(preference));
});

test('closed forms of the shift: error s - s^2/2, Balance -1.5 s^2', () => {
  for (const shift of [0.02, 0.1, 0.25]) {
    const truth = expected({ a: 1, b: 1, slope: 1, shift });
    close(truth.trueError, shift - shift ** 2 / 2, 2e-5, `error of shift ${shift}`);
    close(truth.balance, -1.5 * shift ** 2, 2e-5, `Balance of shift ${shift}`);
    assert.ok(Math.abs(truth.balance) <= truth.topLabelError + 1e-12);
    assert.ok(truth.topLabelError <= truth.trueError + 1e-12);
  }
});

test('|Balance| is the calibration error of the more probable outcome in one bin', async () => {
  const world = { a: 2, b: 5, slope: 0.7, shift: 0.05 };
  const sample = sampler(world)(5000, uniform(3));
  const { absolute } = balanceScore(sample.labels, sample.probabilities);
  const top = confidences(sample);
  const oneBin = ece(top.labels, top.probabilities, { strategy: 'custom', edges: confidenceEdges(1) });
  close(oneBin, absolute, 1e-14, 'confidences in one bin');
  const both = Array.from(sample.probabilities, (p) => [1 - p, p]);
  const topLabel = eceMulticlass(sample.labels, both, { mode: 'top_label', nBins: 1 });
  close(topLabel, absolute, 1e-14, 'ece_multiclass in one bin');
  const { curves } = await manyBins(
    { world, sizes: [100], binCounts: [1, 10], repeats: 50, seed: 2 },
    idleJob,
  );
  assert.ok((curves[0]?.largestDifference ?? 1) < 1e-14);
  close(curves[0]?.points[0]?.mean ?? NaN, curves[0]?.balance ?? NaN, 1e-14, 'means');
  assert.ok((curves[0]?.points[1]?.mean ?? 0) >= (curves[0]?.points[0]?.mean ?? 1), 'bins refine');
});

test('an honest model: the signed score has no bias, its absolute value has a small one', async () => {
  const world = { a: 2, b: 2, slope: 1, shift: 0 };
  const { measures } = await experiment({ world, sizes: [100], repeats: 400, seed: 5 }, idleJob);
  const m = measures[0];
  assert.ok(m);
  close(mean(m.signed), 0, (4 * spread(m.signed)) / 20, 'signed');
  close(mean(m.signed.map(Math.abs)), 0.036, 0.006, 'absolute');
  assert.ok(mean(m.ece) > 2.5 * mean(m.signed.map(Math.abs)));
});

test('the four cases of the first figure', () => {
  const judged = judge({ labels: [1, 0, 0, 1], probabilities: [0.9, 0.2, 0.7, 0.4] });
  judged.gains.forEach((g, i) => close(g, [0.1, 0.2, -0.7, -0.6][i] ?? NaN, 1e-15, `case ${i + 1}`));
  close(judged.signed, -0.25, 1e-15, 'Balance');
  close(judged.standardError, 0.2327, 5e-5, 'standard error');
  close(judged.accuracy - judged.confidence, judged.signed, 1e-15, 'accuracy less confidence');
  close(judged.brier, 0.225, 1e-15, 'Brier');
});
