// What the types promise, checked when this file is compiled (npm test runs tsc over it); and that the values keep it.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
  alloc,
  AssayError,
  createPool,
  crossEntropy,
  crossEntropyGrad,
  crpsEnsemble,
  crpsEnsembleGrad,
  exp,
  init,
  ScoreAccumulator,
  winTensor,
  type CrpsEnsembleOptions,
  type CrpsEstimator,
  type NdArray,
} from 'assay';
import { api, callByName } from 'assay/internal';

/** Compiles only when both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_: Same<A, B>): void {}

before(() => init());

test('results have the types that the declarations say', async () => {
  const scores = crpsEnsemble([1], [[0, 2]]);
  same<typeof scores, Float64Array>(true);
  const pair = crpsEnsembleGrad([1], [[0, 2]]);
  same<typeof pair.grad, NdArray<[number, number], Float64Array | Float32Array>>(true);
  const tensor = winTensor([[1, 2]]);
  same<typeof tensor.shape, Readonly<[number, number, number]>>(true);

  const mean = crossEntropy([0], [[1, 2]]);
  same<typeof mean, number>(true);
  const sum = crossEntropy([0], [[1, 2]], { reduction: 'sum' });
  same<typeof sum, number>(true);
  const each = crossEntropy([0], [[1, 2]], { reduction: 'none' });
  same<typeof each, Float64Array>(true);
  const either = crossEntropy([0], [[1, 2]], { reduction: Math.random() < 2 ? 'none' : 'mean' });
  same<typeof either, number | Float64Array>(true);
  const loss = crossEntropyGrad([0], [[1, 2]], { reduction: 'none' }).loss;
  same<typeof loss, Float64Array>(true);

  const matrix = exp([[1, 2]]);
  same<typeof matrix, NdArray<[number, number], Float64Array | Float32Array>>(true);
  const vector = exp([1, 2]);
  same<typeof vector, Float64Array | Float32Array>(true);

  const pool = await createPool({ workers: 1 });
  const fromPool = await pool.run('crpsEnsemble', [[1], [[0, 2]], { estimator: 'fair' }]);
  same<typeof fromPool, Float64Array>(true);
  pool.terminate();

  assert.ok(
    scores instanceof Float64Array &&
      each instanceof Float64Array &&
      loss instanceof Float64Array &&
      fromPool instanceof Float64Array,
  );
  assert.ok(typeof mean === 'number' && typeof sum === 'number' && either instanceof Float64Array);
  assert.deepEqual(
    [pair.grad.shape, tensor.shape, matrix.shape, vector.length],
    [[1, 2], [1, 1, 2], [1, 2], 2],
  );
});

test('arguments have the types that the declarations say', () => {
  const estimator: CrpsEstimator = 'almost_fair';
  const options: CrpsEnsembleOptions = { estimator, alpha: 0.9, weights: [1, 2] };
  crpsEnsemble(Float32Array.of(1), { data: new Float64Array(2), shape: [1, 2] }, options);
  using heap = alloc.float64(2);
  crpsEnsemble([1], { data: heap, shape: [1, 2] });
  using accumulator = new ScoreAccumulator().update([1]).update([2], { weights: [2] });
  const { mean } = accumulator.value();
  same<typeof mean, number>(true);
  assert.equal(mean, 5 / 3);
});

test('what the types refuse is refused', () => {
  const refused = (call: () => unknown): void => assert.throws(call, AssayError);
  // @ts-expect-error: not one of the estimators
  refused(() => crpsEnsemble([1], [[0, 2]], { estimator: 'best' }));
  // @ts-expect-error: no such option
  refused(() => crpsEnsemble([1], [[0, 2]], { estimater: 'fair' }));
  // @ts-expect-error: one axis where two are needed
  refused(() => crpsEnsemble([1], [0, 2]));
  // @ts-expect-error: a shape of one extent where two are needed
  refused(() => crpsEnsemble([1], { data: new Float64Array(2), shape: [2] }));
  // @ts-expect-error: the forecast is missing
  refused(() => crpsEnsemble([1]));
});

/** Element types that the declarations allow for a result array. */
const elementTypes: Readonly<Record<string, readonly string[]>> = {
  float64: ['Float64Array'],
  real: ['Float64Array', 'Float32Array'],
  int32: ['Int32Array'],
  uint32: ['Uint32Array'],
};

test('the arrays of every example have the element type and the rank of the declaration', () => {
  const wrong: string[] = [];
  const check = (
    what: string,
    value: unknown,
    element: string | null,
    shapes: readonly (readonly string[])[] | null,
  ): void => {
    if (typeof value === 'number') return;
    const shaped = ArrayBuffer.isView(value)
      ? { data: value, shape: [0] }
      : (value as { data: object; shape: number[] });
    const found = shaped.data.constructor.name;
    if (!elementTypes[element ?? 'float64']?.includes(found))
      wrong.push(`${what} is a ${found}, declared ${element}`);
    if (shapes && !shapes.some((shape) => shape.length === shaped.shape.length))
      wrong.push(`${what} has ${shaped.shape.length} axes`);
  };
  for (const callable of api.functions) {
    const name = `${callable.domain}.${callable.name}`;
    const value = callByName(name, callable.example ?? {});
    const { type, element, shapes } = callable.returns;
    if (type.kind === 'array' || type.kind === 'reduced') check(name, value, element, shapes);
    const struct = api.structs.find(
      (s) => s.domain === callable.domain && s.name === type.name && type.kind === 'struct',
    );
    for (const member of struct?.members ?? []) {
      if (member.type.kind !== 'array' && member.type.kind !== 'reduced') continue;
      check(
        `${name}: ${member.name}`,
        (value as Record<string, unknown>)[member.js],
        member.element,
        member.shapes,
      );
    }
  }
  assert.deepEqual(wrong, []);
});
