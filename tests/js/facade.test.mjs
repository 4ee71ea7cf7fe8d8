// Calls, arguments and results of the facade.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as assay from 'assay';
import * as scoring from 'assay/scoring';
import { errorOf } from './support.mjs';

const {
  alloc,
  AssayError,
  crossEntropy,
  crossEntropyGrad,
  crpsEnsemble,
  crpsEnsembleGrad,
  groupedMean,
  init,
  philox4x32,
  quantileScore,
} = assay;

test('a call before init throws state with the sentence to write', () => {
  const error = errorOf(() => crpsEnsemble([0], [[1, 2]]));
  assert.ok(error instanceof AssayError);
  assert.equal(error.kind, 'state');
  assert.equal(error.code, 'not_initialised');
  assert.equal(error.message, 'crpsEnsemble: the library is not loaded; call `await init()` first');
});

test('init may be called at the same time and again', async () => {
  await Promise.all([init(), init()]);
  await init();
});

test('domain modules share the functions of the whole', () => {
  assert.equal(scoring.crpsEnsemble, crpsEnsemble);
});

// |x - y| for one member: the standard estimator has no spread term then.
test('crpsEnsemble equals absolute error for one member', () => {
  const scores = crpsEnsemble([2, -1], [[5], [1.5]], { estimator: 'standard' });
  assert.ok(scores instanceof Float64Array);
  assert.deepEqual([...scores], [3, 2.5]);
});

test('every form of an array gives the same bits', () => {
  const observations = [0.5, 1];
  const rows = [
    [0, 1, 4],
    [1, 3, 2],
  ];
  const flat = rows.flat();
  const wanted = crpsEnsemble(observations, rows);
  const heap = alloc.float64(6);
  heap.view.set(flat);
  const members = [
    { data: Float64Array.from(flat), shape: [2, 3] },
    { data: Float32Array.from(flat), shape: [2, 3] },
    { data: Int32Array.from(flat), shape: [2, 3] },
    { data: Uint8Array.from(flat), shape: [2, 3] },
    { data: flat, shape: [2, 3] },
    { data: heap, shape: [2, 3] },
    { data: heap.view, shape: [2, 3] },
    rows.map((row) => Float64Array.from(row)),
  ];
  for (const form of members) assert.deepEqual(crpsEnsemble(observations, form), wanted);
  for (const form of [Float64Array.from(observations), { data: observations, shape: [2] }]) {
    assert.deepEqual(crpsEnsemble(form, rows), wanted);
  }
  heap.dispose();
});

test('gradients have the type of the input', () => {
  const members = [0, 1, 1, 3];
  const double = crpsEnsembleGrad(Float64Array.of(0.5, 1), {
    data: Float64Array.from(members),
    shape: [2, 2],
  });
  assert.ok(double.grad.data instanceof Float64Array);
  const single = crpsEnsembleGrad(Float32Array.of(0.5, 1), {
    data: Float32Array.from(members),
    shape: [2, 2],
  });
  assert.ok(single.grad.data instanceof Float32Array);
  assert.ok(single.crps instanceof Float64Array);
  assert.deepEqual(single.grad.shape, [2, 2]);
  assert.deepEqual(Object.keys(single), ['crps', 'grad', 'gradObservations']);
});

test('labels come as any integers, number arrays or booleans', () => {
  const logits = [
    [2, 0.5],
    [0.1, 3],
  ];
  const wanted = crossEntropy([0, 1], logits);
  for (const type of [
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float64Array,
  ]) {
    assert.equal(crossEntropy(type.of(0, 1), logits), wanted, type.name);
  }
  assert.equal(crossEntropy([false, true], logits), wanted);
});

test('integers beyond 31 bits are taken as unsigned', () => {
  assert.deepEqual([...philox4x32([0, 0, 0, 0], [0, 0])], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]); // Random123
  const ones = [0xffffffff, 0xffffffff];
  assert.deepEqual(
    [...philox4x32([...ones, ...ones], ones)],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  );
});

test('a reduction gives a number, none gives one number a unit', () => {
  const labels = [0, 1];
  const logits = [
    [2, 0.5],
    [0.1, 3],
  ];
  const each = crossEntropy(labels, logits, { reduction: 'none' });
  assert.ok(each instanceof Float64Array);
  assert.equal(crossEntropy(labels, logits, { reduction: 'sum' }), each[0] + each[1]);
  assert.equal(typeof crossEntropyGrad(labels, logits).loss, 'number');
});

test('a parameter may be one number or one a row', () => {
  const scores = quantileScore([0, 1], [0.5, 0.25], 0.1);
  assert.deepEqual(quantileScore([0, 1], [0.5, 0.25], [0.1, 0.1]), scores);
});

test('undefined and null options are absent', () => {
  const wanted = crpsEnsemble([0], [[1, 2]]);
  assert.deepEqual(
    crpsEnsemble([0], [[1, 2]], { weights: undefined, estimator: null, alpha: undefined }),
    wanted,
  );
  assert.deepEqual(crpsEnsemble([0], [[1, 2]], undefined), wanted);
});

test('a 64-bit seed may be a bigint', () => {
  const options = { ties: 'random' };
  const a = assay.rankHistogram(
    [1, 1, 1],
    [
      [1, 1, 1],
      [1, 1, 1],
      [1, 1, 1],
    ],
    { ...options, seed: 7 },
  );
  assert.deepEqual(
    assay.rankHistogram(
      [1, 1, 1],
      [
        [1, 1, 1],
        [1, 1, 1],
        [1, 1, 1],
      ],
      { ...options, seed: 7n },
    ),
    a,
  );
  assay.rankHistogram([1], [[1]], { ...options, seed: 2n ** 64n - 1n });
  assert.equal(
    errorOf(() => assay.rankHistogram([1], [[1]], { ...options, seed: 2n ** 64n })).code,
    'wrong_type',
  );
  assert.equal(errorOf(() => assay.rankHistogram([1], [[1]], { ...options, seed: -1 })).code, 'out_of_range');
});

test('out takes the result', () => {
  const wanted = crpsEnsemble(
    [0, 1],
    [
      [1, 2],
      [3, 4],
    ],
  );
  const out = new Float64Array(2);
  assert.equal(
    crpsEnsemble(
      [0, 1],
      [
        [1, 2],
        [3, 4],
      ],
      { out },
    ),
    out,
  );
  assert.deepEqual(out, wanted);
  const heap = alloc.float64(2);
  crpsEnsemble(
    [0, 1],
    [
      [1, 2],
      [3, 4],
    ],
    { out: heap },
  );
  assert.deepEqual([...heap.view], [...wanted]);
  heap.dispose();
});

test('out of another size or type is refused', () => {
  for (const out of [new Float64Array(3), new Float32Array(2)]) {
    const error = errorOf(() =>
      crpsEnsemble(
        [0, 1],
        [
          [1, 2],
          [3, 4],
        ],
        { out },
      ),
    );
    assert.equal(error.kind, 'shape');
    assert.equal(error.code, 'length_mismatch');
    assert.equal(error.argument, 'out');
  }
});

test('results are fresh and stay', () => {
  const first = crpsEnsemble([0], [[1, 2]]);
  const kept = [...first];
  crpsEnsemble([5], [[1, 2]]);
  assert.deepEqual([...first], kept);
  assert.notEqual(crpsEnsemble([0], [[1, 2]]), crpsEnsemble([0], [[1, 2]]));
});

test('results have several parts by name', () => {
  const found = groupedMean([1, 2, 4], [7, 3, 7], { weights: [1, 1, 3] });
  assert.deepEqual([...found.groups], [3, 7]);
  assert.deepEqual([...found.mean], [2, 3.25]); // (1 + 12)/4
  assert.deepEqual([...found.weight], [1, 4]);
});

test('large arguments grow the memory and leave views fresh', () => {
  const n = 1_500_000;
  const kept = alloc.float64(2);
  kept.view[1] = 7;
  const scores = crpsEnsemble(
    new Float64Array(n).fill(1),
    { data: new Float64Array(2 * n), shape: [n, 2] },
    { estimator: 'standard' },
  );
  assert.equal(scores.length, n);
  assert.equal(scores[n - 1], 1);
  assert.equal(kept.view[1], 7);
  kept.dispose();
});

test('a view into the memory survives its growth within a call', () => {
  const heap = alloc.float64(4);
  heap.view.set([1, 2, 3, 4]);
  const big = new Float64Array(20_000_000);
  const { view } = heap;
  const error = errorOf(() => crpsEnsemble(big, { data: view, shape: [2, 2] }));
  assert.equal(error.code, 'length_mismatch'); // and not empty_input: the view was read before the copy of `big`
  heap.dispose();
});
