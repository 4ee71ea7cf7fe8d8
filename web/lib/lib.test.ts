// The small helpers that pages share.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { before, test } from 'node:test';
import { init } from 'assay';
import { digits, fixed, toCsv } from '../charts/chart.js';
import { linear, ticks } from '../charts/svg.js';
import { fingerprintCalls, fingerprintOf } from './fingerprint.js';
import { normals } from './normal.js';
import { uniform } from './random.js';
import { latest } from './rpc.js';
import { sha256 } from './sha256.js';

before(() => init());

test('sha256 equals that of node for lengths around the block size', () => {
  for (const length of [0, 1, 55, 56, 63, 64, 65, 1000]) {
    const bytes = Uint8Array.from({ length }, (_, i) => i * 7);
    assert.equal(sha256(bytes), createHash('sha256').update(bytes).digest('hex'));
  }
});

test('the fingerprint sees every bit of a result, in JSON and in the package\u2019s form alike', () => {
  const json = (value: number): unknown => ({ first_part: [[value, 2]], a: 1 });
  const arrays = (value: number): unknown => ({
    a: 1,
    firstPart: { data: Float64Array.of(value, 2), shape: [1, 2] },
  });
  const first = fingerprintOf([json(0.1)]);
  assert.equal(first.numbers, 3);
  assert.equal(first.hash, fingerprintOf([arrays(0.1)]).hash);
  assert.notEqual(first.hash, fingerprintOf([json(0.1 + 2 ** -56)]).hash);
  assert.deepEqual(fingerprintCalls(), fingerprintCalls());
});

test('uniform draws depend on the seed alone and fill the interval', () => {
  const [a, b, c] = [uniform(1), uniform(1), uniform(2)];
  const first = Array.from({ length: 1000 }, a);
  assert.deepEqual(first, Array.from({ length: 1000 }, b));
  assert.notDeepEqual(first, Array.from({ length: 1000 }, c));
  assert.ok(first.every((u) => u > 0 && u < 1));
});

test('normal draws have mean 0 and variance 1', () => {
  const n = 100000;
  const draws = normals(uniform(3), n);
  const mean = draws.reduce((s, z) => s + z, 0) / n;
  const variance = draws.reduce((s, z) => s + z * z, 0) / n;
  // Four standard errors: 1/sqrt(n) and sqrt(2/n).
  assert.ok(Math.abs(mean) < 4 / Math.sqrt(n));
  assert.ok(Math.abs(variance - 1) < 4 * Math.sqrt(2 / n));
});

test('latest drops all but the newest of the inputs that arrive while it works', async () => {
  const seen: number[] = [];
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const ask = latest(
    async (n: number) => {
      if (n === 1) await gate;
      return n;
    },
    (n) => seen.push(n),
  );
  [1, 2, 3, 4].forEach((n) => ask(n));
  release();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(seen, [1, 4]);
});

test('numbers are shown with their sign, their digits and no stray zero sign', () => {
  assert.equal(digits(0.012345, 3), '0.0123');
  assert.equal(digits(12345, 3), '12345');
  assert.equal(digits(-1.5, 2), '\u22121.5');
  assert.equal(fixed(-0.0001, 2), '0.00');
  assert.equal(
    toCsv([
      ['a', 'b "c"'],
      [1, 2],
    ]),
    'a,"b ""c"""\n1,2\n',
  );
});

test('ticks are round and inside the range; a scale inverts itself', () => {
  assert.deepEqual(ticks([5, 31], 6), [5, 10, 15, 20, 25, 30]);
  const scale = linear([0, 10], [100, 200]);
  assert.equal(scale(5), 150);
  assert.equal(scale.invert(150), 5);
});
