// What the page on the equal error rate claims, as assertions with fixed seeds.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { init } from 'assay';
import { detCurve, eer, eerPoint, minDcf, rocCurve, segmentEer } from 'assay/calibration';
import { idleJob } from '../../lib/idle-job.js';
import {
  bootstrap,
  definitions,
  detect,
  frames,
  methods,
  shareIntervals,
  spread,
  threeRates,
  trueRate,
} from './model.js';
import { drawTrials, exampleTrials, mapNames, mapped } from './trials.js';

before(() => init());

const close = (actual: number, wanted: number, within: number, what: string): void =>
  assert.ok(Math.abs(actual - wanted) <= within, `${what}: ${actual}, expected ${wanted} within ${within}`);

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((a, b) => a + b, 0) / values.length;

test('the three definitions differ on the twenty trials of the page', () => {
  const { labels, scores } = exampleTrials();
  const rates = threeRates(labels, scores);
  // Two of 13 genuine scores are above the crossing; there 0 or 2 of 7 edited ones are missed.
  close(rates.interpolated, 2 / 13, 1e-15, 'interpolated');
  close(rates.nearest, (2 / 13 + 2 / 7) / 2, 1e-15, 'nearest');
  // The hull goes straight from (0, 2/7) to (2/13, 0).
  close(rates.convex_hull, 1 / (13 / 2 + 7 / 2), 1e-15, 'hull');
  const sorted = methods.map((m) => rates[m]).sort((a, b) => a - b);
  assert.ok((sorted[1] ?? 0) - (sorted[0] ?? 0) > 0.05 && (sorted[2] ?? 0) - (sorted[1] ?? 0) > 0.05);
});

test('the hull is never above the interpolated rate, and every increasing map keeps all three', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const n = [20, 37, 150][seed % 3] ?? 20;
    const { labels, scores } = drawTrials(n, 0.5 + (seed % 7) / 2, seed);
    // Rounded, so that ties come up.
    const rounded = scores.map((s) => Math.round(s * 40) / 40);
    for (const values of [scores, rounded]) {
      const rates = threeRates(labels, values);
      assert.ok(rates.convex_hull <= rates.interpolated + 1e-15, `seed ${seed}`);
      for (const map of mapNames) assert.deepEqual(threeRates(labels, mapped(values, map)), rates, map);
    }
  }
  assert.equal(detect({ n: 200, separation: 2, map: 'cubed', prior: 0.05, seed: 1 }).invariant, true);
});

test('interpolated and nearest agree within 1/n for large n, the hull within 2 n^(-2/3)', () => {
  for (const n of [2000, 10000, 50000]) {
    for (const seed of [1, 2, 3]) {
      const { labels, scores } = drawTrials(n, 2, seed);
      const { interpolated, nearest, convex_hull: hull } = threeRates(labels, scores);
      close(nearest, interpolated, 1 / n, `nearest of ${n}`);
      // A hull of a random path differs by the order n^(-2/3); largest factor seen in 200 runs: 1.4.
      close(hull, interpolated, 2 * n ** (-2 / 3), `hull of ${n}`);
      close(interpolated, trueRate(2), 4 * Math.sqrt(0.25 / n), `rate of ${n}`);
    }
  }
});

test('with as many edited as genuine trials and no ties, interpolated and nearest are one', () => {
  for (let seed = 1; seed <= 100; seed++) {
    const { scores } = drawTrials(20, 2, seed);
    const labels = Uint8Array.from({ length: 20 }, (_, i) => i % 2);
    close(eer(labels, scores, { method: 'nearest' }), eer(labels, scores), 1e-15, `seed ${seed}`);
  }
});

test('in sets of twenty trials the hull reads low, with a thousand all are near the truth', async () => {
  const { sets, truth } = await spread({ sizes: [20, 1000], separation: 2, repeats: 200, seed: 1 }, idleJob);
  close(truth, 0.15866, 1e-5, 'truth');
  const [few, many] = sets;
  assert.ok(few && many);
  assert.ok(mean(few.rates.convex_hull) < truth - 0.02, `hull ${mean(few.rates.convex_hull)}`);
  for (const method of methods) close(mean(many.rates[method]), truth, 0.008, method);
});

test('the curves hold the rates: ROC and DET agree, the threshold of least cost is one of theirs', () => {
  const { labels, scores, edited } = drawTrials(200, 2, 4);
  const roc = rocCurve(labels, scores);
  const det = detCurve(labels, scores, { probit: true });
  const rateAt = (threshold: number): [number, number] => {
    const k = Array.from(roc.thresholds).indexOf(threshold);
    return [roc.fpr[k] ?? NaN, 1 - (roc.tpr[k] ?? NaN)];
  };
  Array.from(det.thresholds).forEach((t, i) => {
    const [fpr, fnr] = rateAt(t);
    close(det.fpr[i] ?? NaN, fpr, 1e-15, 'false alarms');
    close(det.fnr[i] ?? NaN, fnr, 1e-15, 'misses');
  });
  const cheapest = minDcf(labels, scores, { pTarget: 0.3 });
  const [fpr, fnr] = rateAt(cheapest.threshold);
  close(cheapest.minDcf, (0.3 * fnr + 0.7 * fpr) / 0.3, 1e-14, 'cost');
  const { eer: rate, threshold } = eerPoint(labels, scores);
  const missed = scores.slice(0, edited).filter((s) => s < threshold).length / edited;
  close(rate, missed, 1 / edited, 'the rate at its threshold');
});

test('the bootstrap interval holds the estimate, and the drawing data hold the rates', () => {
  const input = { n: 200, separation: 2, seed: 1, replicates: 200 };
  const { low, high } = bootstrap(input);
  const { rates } = detect({ ...input, map: 'given', prior: 0.05 });
  assert.ok(low < rates.interpolated && rates.interpolated < high, `${low} ${rates.interpolated} ${high}`);
  assert.ok(high - low > 0.05 && high - low < 0.2);
  const { small, large } = definitions({ large: 1000, separation: 2, seed: 0 });
  assert.deepEqual(small.rates, threeRates(exampleTrials().labels, exampleTrials().scores));
  assert.ok(large.hull.length > 10 && large.line.length > 1000);
  const [share] = shareIntervals([{ k: 6, n: 1000 }]);
  assert.ok(share && share.low > 0.002 && share.low < 0.004 && share.high > 0.011 && share.high < 0.014);
});

test('frames: long, hard recordings weigh more when every frame counts alike', async () => {
  const easy = await frames({ recordings: 60, harder: 0, replicates: 50, seed: 1 }, idleJob);
  const hard = await frames({ recordings: 60, harder: 0.5, replicates: 50, seed: 1 }, idleJob);
  assert.ok(hard.pooled.rate > hard.alike.rate + 0.01, JSON.stringify(hard));
  close(easy.pooled.rate, easy.alike.rate, 0.02, 'equally hard');
  const one = segmentEer([0, 1, 0, 1], [0.1, 0.4, 0.8, 0.9], [0, 0, 1, 1]);
  assert.equal(one.nSegments, 2);
});
