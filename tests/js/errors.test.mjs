// Wrong arguments: made from every function's example by the generator, run in JavaScript and natively.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { AssayError, crpsEnsemble, ece, init, IsotonicModel, ScoreAccumulator } from 'assay';
import { evaluateLine } from 'assay/internal';
import { api, errorCases, errorOf, nativeAnswers } from './support.mjs';

before(() => init());

const requests = errorCases.map(({ id, function: name, args }) =>
  JSON.stringify({ id, function: name, args }),
);

test('every generated wrong argument is refused for the right reason', () => {
  const wrong = errorCases.flatMap((wanted, i) => {
    const { error } = JSON.parse(evaluateLine(requests[i]));
    if (!error) return [`${wanted.id}: no error`];
    if (wanted.codes && !wanted.codes.includes(error.code))
      return [`${wanted.id}: ${error.code}, want ${wanted.codes}: ${error.message}`];
    if (!wanted.arguments.includes(error.argument))
      return [`${wanted.id}: blames "${error.argument}", want ${wanted.arguments}: ${error.message}`];
    const name = wanted.function.split('.')[1];
    return error.message.startsWith(`${name}: ${error.argument}`)
      ? []
      : [`${wanted.id}: message "${error.message}"`];
  });
  assert.deepEqual(wrong, []);
});

test('natively each has the same code, argument and message', () => {
  const native = nativeAnswers(requests);
  const differing = requests
    .filter((line, i) => native[i] !== evaluateLine(line))
    .map((line, i) => [line, native[i]]);
  assert.deepEqual(differing, []);
});

test('every example of a function is accepted, with the same answer natively', () => {
  const lines = api.functions.map((f) =>
    JSON.stringify({ id: f.name, function: `${f.domain}.${f.name}`, args: f.example }),
  );
  const native = nativeAnswers(lines);
  lines.forEach((line, i) => {
    const answer = evaluateLine(line);
    assert.ok('result' in JSON.parse(answer), answer);
    assert.equal(answer, native[i]);
  });
});

test('errors speak the names of JavaScript', () => {
  const error = errorOf(() => crpsEnsemble([0], [[1, 2]], { estimator: 'adjusted', ensembleSize: 0 }));
  assert.ok(error instanceof AssayError);
  assert.equal(error.name, 'AssayError');
  assert.equal(error.kind, 'value');
  assert.equal(error.code, 'bad_parameter');
  assert.equal(error.argument, 'ensembleSize');
  assert.equal(error.function, 'crpsEnsemble');
  assert.match(error.message, /^crpsEnsemble: ensembleSize is 0, /);
});

test('unknown options name the nearest', () => {
  const error = errorOf(() => crpsEnsemble([0], [[1, 2]], { estimater: 'fair' }));
  assert.equal(error.code, 'unknown_option');
  assert.equal(error.argument, 'estimater');
  assert.equal(
    error.message,
    'crpsEnsemble: estimater is not an argument of this function; did you mean estimator?',
  );
});

test('unknown words name the allowed and the nearest', () => {
  const error = errorOf(() => crpsEnsemble([0], [[1, 2]], { estimator: 'almost_far' }));
  assert.equal(error.code, 'unknown_name');
  assert.match(
    error.message,
    /estimator is "almost_far", must be "standard", .* or "akr_circperm"; did you mean almost_fair\?$/,
  );
});

const wrongForms = [
  [
    'a text for an array',
    () => crpsEnsemble('no', [[1]]),
    'wrong_type',
    'observations',
    /is the text "no", must be an array of numbers$/,
  ],
  [
    'a number for an array',
    () => crpsEnsemble(3, [[1]]),
    'wrong_type',
    'observations',
    /is the number 3, must be an array/,
  ],
  [
    'an object for an array',
    () => crpsEnsemble({}, [[1]]),
    'wrong_type',
    'observations',
    /is an object, must be an array/,
  ],
  [
    'a function for an array',
    () => crpsEnsemble(() => 1, [[1]]),
    'wrong_type',
    'observations',
    /is a function, must be an array/,
  ],
  [
    'a BigInt64Array',
    () => crpsEnsemble(new BigInt64Array(1), [[1]]),
    'wrong_type',
    'observations',
    /is a BigInt64Array, must be an array/,
  ],
  [
    'a text inside',
    () => crpsEnsemble([0, 'x'], [[1], [2]]),
    'wrong_type',
    'observations',
    /observations\[1\] is a text, must be a number$/,
  ],
  [
    'a hole inside',
    () => crpsEnsemble([0, undefined], [[1], [2]]),
    'wrong_type',
    'observations',
    /observations\[1\] is undefined/,
  ],
  [
    'booleans for real numbers',
    () => crpsEnsemble([0, true], [[1], [2]]),
    'wrong_type',
    'observations',
    /observations\[1\] is a boolean/,
  ],
  [
    'one axis for two',
    () => crpsEnsemble([0], [1, 2]),
    'wrong_rank',
    'members',
    /members has 1 axis, must have 2 axes$/,
  ],
  ['five axes', () => crpsEnsemble([[[[[1]]]]], [[1]]), 'wrong_type', 'observations', /more than 4 axes/],
  [
    'ragged rows',
    () => crpsEnsemble([0, 1], [[1, 2], [3]]),
    'length_mismatch',
    'members',
    /ragged: it has rows of 2 and of 1 elements$/,
  ],
  [
    'data that does not fill its shape',
    () => crpsEnsemble([0, 1], { data: new Float64Array(3), shape: [2, 2] }),
    'length_mismatch',
    'members',
    /holds 3 numbers, its shape 4$/,
  ],
  [
    'a shape of halves',
    () => crpsEnsemble([0, 1], { data: new Float64Array(3), shape: [1.5, 2] }),
    'wrong_type',
    'members',
    /whose shape is not one to four extents/,
  ],
  [
    'a label that is no integer',
    () => ece([0, 0.5], [0.1, 0.2]),
    'bad_label',
    'labels',
    /labels\[1\] is 0.5, must be an integer/,
  ],
  [
    'options that are no object',
    () => crpsEnsemble([0], [[1]], 7),
    'wrong_type',
    'options',
    /options is 7, must be an object/,
  ],
];

for (const [what, call, code, argument, message] of wrongForms) {
  test(`crpsEnsemble refuses ${what}`, () => {
    const error = errorOf(call);
    assert.ok(error instanceof AssayError, String(error));
    assert.equal(error.code, code);
    assert.equal(error.argument, argument);
    assert.match(error.message, message);
  });
}

test('methods are named with their class', () => {
  const accumulator = new ScoreAccumulator();
  const error = errorOf(() => accumulator.update('no'));
  assert.equal(error.function, 'ScoreAccumulator.update');
  assert.match(error.message, /^ScoreAccumulator\.update: scores is the text "no"/);
  accumulator.dispose();
});

test('damaged bytes and texts are refused', () => {
  assert.equal(errorOf(() => ScoreAccumulator.fromBytes(Uint8Array.of(1, 2, 3))).code, 'corrupt_bytes');
  assert.equal(errorOf(() => ScoreAccumulator.fromBytes('abc')).code, 'wrong_type');
  assert.equal(errorOf(() => IsotonicModel.fromJson('{}')).code, 'corrupt_bytes');
});

test('too large a request is a RangeError with the bytes', () => {
  const long = [];
  long.length = 2 ** 29; // holes only: nothing is read before the memory is asked for
  const huge = errorOf(() => crpsEnsemble(long, [[1]]));
  assert.ok(huge instanceof RangeError);
  assert.match(huge.message, /^crpsEnsemble: out of memory, 4294967296 bytes were asked for$/);
});

test('the library works on after an error', () => {
  errorOf(() => crpsEnsemble([NaN], [[1, 2]]));
  assert.deepEqual([...crpsEnsemble([2], [[5]], { estimator: 'standard' })], [3]);
});
