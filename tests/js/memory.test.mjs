// Memory stays put: no call, right or wrong, and no object leaves anything behind.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { alloc, AssayError, init, ScoreAccumulator } from 'assay';
import { callByName, memoryUse } from 'assay/internal';
import { api, errorOf } from './support.mjs';

before(() => init());

const repeats = 1000;

for (const callable of api.functions) {
  test(`${callable.js} leaves no memory behind`, () => {
    const name = `${callable.domain}.${callable.name}`;
    const heavy = [
      'competitive_swiss_simulate',
      'failure_sensitivity',
      'bootstrap_mean',
      'bootstrap_skill',
      'calibration_bootstrap',
    ].includes(callable.name);
    const run = () => {
      callByName(name, callable.example);
      errorOf(() => callByName(name, { ...callable.example, no_such_option: 1 }));
    };
    for (let i = 0; i < 20; i++) run();
    const before = memoryUse();
    for (let i = 0; i < (heavy ? 50 : repeats); i++) run();
    assert.deepEqual(memoryUse(), before);
  });
}

for (const owner of api.classes) {
  test(`${owner.js} leaves no memory behind`, () => {
    const make = owner.constructor ?? owner.methods.find((method) => method.name === 'fit');
    const args =
      make.example ??
      api.functions.find((f) => f.domain === owner.domain && `${f.name}_model` === owner.name)?.example ??
      {};
    const known = [...make.parameters, ...(make.options?.members ?? [])].map((member) => member.name);
    const own = Object.fromEntries(Object.entries(args).filter(([name]) => known.includes(name)));
    const run = () => callByName(`${owner.domain}.${owner.name}`, { ...own, calls: [] });
    for (let i = 0; i < 20; i++) run();
    const before = memoryUse();
    for (let i = 0; i < repeats; i++) run();
    assert.deepEqual(memoryUse(), before);
  });
}

test('HeapArray holds numbers of its type until it is disposed of', () => {
  for (const [dtype, type] of Object.entries({
    float64: Float64Array,
    float32: Float32Array,
    int8: Int8Array,
    uint8: Uint8Array,
    int16: Int16Array,
    uint16: Uint16Array,
    int32: Int32Array,
    uint32: Uint32Array,
  })) {
    const array = alloc[dtype](3);
    assert.ok(array.view instanceof type);
    assert.equal(array.length, 3);
    assert.equal(array.dtype, dtype);
    assert.deepEqual([...array.view], [0, 0, 0]);
    array.view[2] = 5;
    assert.equal(array.view[2], 5);
    array.dispose();
    array.dispose();
    const error = errorOf(() => array.view);
    assert.ok(error instanceof AssayError);
    assert.equal(error.code, 'disposed');
  }
});

test('HeapArray refuses lengths that are none', () => {
  for (const length of [-1, 1.5, NaN, '3'])
    assert.equal(errorOf(() => alloc.float64(length)).code, 'bad_parameter');
  assert.throws(() => alloc.float64(2 ** 40), RangeError);
});

test('forgotten objects are freed by the garbage collector', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  const before = memoryUse().objects;
  (() => new ScoreAccumulator())();
  for (let i = 0; i < 20 && memoryUse().objects > before; i++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.equal(memoryUse().objects, before);
});
