// The eval protocol in JavaScript and natively: the same lines to the byte.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { before, test } from 'node:test';
import { init } from 'assay';
import { evaluateLine } from 'assay/internal';
import { nativeAnswers, root } from './support.mjs';

before(() => init());

const score = { function: 'score_accumulator' };
const update = (scores) => ({ method: 'update', args: { scores } });

const lines = [
  'nonsense',
  '{',
  '[]',
  '7',
  'null',
  '"text"',
  '{"id":1}',
  '{"id":2,"function":7}',
  '{"id":3,"function":"ece","args":[]}',
  '{"id":[1],"function":"ece"}',
  '{"id":{"a":1},"function":"ece"}',
  '{"function":"no_such_function"}',
  '{"id":true,"function":"crps_ensembel","args":{}}',
  '{"id":"\\u00fc\\n","function":"x"}',
  '{"id":1.5,"function":"ece","args":{"labels":[1e999],"probabilities":[0]}}',
  `${'['.repeat(5000)}${']'.repeat(5000)}`,
  '{"id":4,"function":"crps_ensemble","args":{"observations":["NaN",1],"members":[[1,2],[3,4]],"nan_policy":"propagate"}}',
  '{"id":5,"function":"crps_ensemble","args":{"observations":["Infinity",1],"members":[[1,2],[3,4]]}}',
  '{"id":6,"function":"crps_ensemble","args":{"observations":["nan",1],"members":[[1,2],[3,4]]}}',
  '{"id":7,"function":"crps_ensemble","args":{"observations":[null,1],"members":[[1,2],[3,4]]}}',
  '{"id":8,"function":"crps_ensemble","args":{"observations":[0.5],"members":[[1,2]],"alpha":"NaN","estimator":"almost_fair"}}',
  '{"id":9,"function":"crps_ensemble","args":{"observations":[0.1,0.2],"members":[[0.3,0.7],[0.1,0.6]]},"dtype":"float32"}',
  '{"id":10,"function":"crps_ensemble","args":{"observations":[0.1],"members":[[0.3,0.7]]},"dtype":"float16"}',
  '{"id":11,"function":"scoring.crps_ensemble","args":{"observations":[1],"members":[[1,2]]}}',
  '{"id":12,"function":"crps_ensemble","args":{"observations":[[1]],"members":[[1,2]]}}',
  '{"id":13,"function":"crps_ensemble","args":{"observations":[1,[2]],"members":[[1,2]]}}',
  '{"id":14,"function":"crps_ensemble","args":{"observations":[1,2],"members":[[1,2],3]}}',
  '{"id":15,"function":"crps_ensemble","args":{"observations":[1,2],"members":[[1,2],[3,4,5]]}}',
  '{"id":16,"function":"crps_ensemble","args":{"observations":[[[[1]]]],"members":[[1,2]]}}',
  '{"id":17,"function":"crps_ensemble","args":{"observations":[true],"members":[[1,2]]}}',
  '{"id":18,"function":"ece","args":{"labels":[true,false],"probabilities":[0.5,0.25]}}',
  '{"id":19,"function":"philox4x32","args":{"counter":[4294967295,0,0,4294967295],"key":[1,2]}}',
  '{"id":20,"function":"philox4x32","args":{"counter":[4294967296,0,0,1],"key":[1,2]}}',
  '{"id":21,"function":"philox4x32","args":{"counter":[-1,4294967295,0,1],"key":[1,2]}}',
  '{"id":22,"function":"rank_histogram","args":{"observations":[1,1],"members":[[1,1],[1,1]],"ties":"random","seed":18446744073709551615}}',
  '{"id":23,"function":"rank_histogram","args":{"observations":[1],"members":[[1,1]],"ties":"random","seed":18446744073709551616}}',
  '{"id":24,"function":"rank_histogram","args":{"observations":[1],"members":[[1,1]],"ties":"random","seed":-9223372036854775808}}',
  '{"id":25,"function":"rank_histogram","args":{"observations":[1],"members":[[1,1]],"ties":"random","seed":0.5}}',
  '{"id":26,"function":"wilson_interval","args":{"successes":9007199254740993,"trials":9007199254740993}}',
  '{"id":27,"function":"quantile_score","args":{"observations":[-0.0,1e-7,1e21,123456789.125],"predictions":[0,0,0,0],"level":0.5}}',
  '{"id":28,"function":"binary_cross_entropy_with_logits","args":{"targets":[[1,0],[0,1]],"logits":[[1,2],[3,4]],"reduction":"none"}}',
  '{"id":29,"function":"quantile_score","args":{"observations":[0.10999999999999999,-0.53899999999999992e0,1234567890123456.5],"predictions":[1e0,0.99999999999999989,12345678901234567e-1],"level":0.5}}',
  { id: 30, ...score },
  {
    id: 31,
    ...score,
    args: { calls: [update([1, 2]), { method: 'value' }, { method: 'to_bytes' }, { method: 'reset' }] },
  },
  {
    id: 32,
    ...score,
    args: {
      calls: [
        update([1]),
        { method: 'merge', args: { other: { calls: [update([3])] } } },
        { method: 'value' },
      ],
    },
  },
  { id: 33, ...score, args: { calls: [{ method: 'no_such_method' }] } },
  { id: 34, ...score, args: { calls: [{ method: 'merge', args: { other: 5 } }] } },
  { id: 35, ...score, args: { calls: 5 } },
  { id: 36, ...score, args: { calls: [5] } },
  { id: 37, ...score, args: { create: { method: 'from_bytes', args: { bytes: 'AAAA' } } } },
  { id: 38, ...score, args: { create: { method: 'from_bytes', args: { bytes: '?' } } } },
  { id: 39, ...score, args: { create: { method: 'from_nothing' } } },
  {
    id: 40,
    function: 'isotonic_model',
    args: { labels: [0, 1, 0, 1], probabilities: [0.1, 0.35, 0.4, 0.8], query: [0, 0.5, 1] },
  },
  {
    id: 41,
    function: 'isotonic_model',
    args: {
      labels: [0, 1],
      probabilities: [0.1, 0.4],
      calls: [{ method: 'to_json' }, { method: 'parameters' }],
    },
  },
  { id: 42, function: 'isotonic_model', args: { labels: [0, 1] } },
  {
    id: 43,
    function: 'competitive_swiss_simulation',
    args: {
      scores: [
        [3, 1],
        [2, 2],
        [1, 3],
      ],
      eliminate_per_round: [0, 0],
      calls: [
        { method: 'run', args: { first: 0, count: 10 } },
        { method: 'value' },
        { method: 'to_bytes' },
        { method: 'planned' },
      ],
    },
  },
].map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));

test('natively each line has the same answer to the byte', () => {
  const native = nativeAnswers(lines);
  assert.equal(native.length, lines.length);
  lines.forEach((line, i) => assert.equal(evaluateLine(line), native[i], line.slice(0, 200)));
});

test('the same on every instruction set and for any number of threads', () => {
  const wanted = nativeAnswers(lines);
  for (const words of [
    ['--isa', 'sse4.2'],
    ['--threads', '3'],
  ])
    assert.deepEqual(nativeAnswers(lines, words), wanted);
});

test('a partner that waits for each answer gets it', async () => {
  const child = spawn(`${root}/build/release/assay-eval`);
  for (const line of lines.slice(-3)) {
    const answer = new Promise((resolve) => child.stdout.once('data', (data) => resolve(String(data))));
    child.stdin.write(`${line}\n`);
    assert.equal(await answer, `${evaluateLine(line)}\n`);
  }
  child.stdin.end('{"id":1'); // the last line may lack its end
  assert.match(
    await new Promise((resolve) => child.stdout.once('data', (data) => resolve(String(data)))),
    /malformed_request/,
  );
  assert.equal(await new Promise((resolve) => child.once('exit', resolve)), 0);
});

test('answers are one line of JSON each, in order, with the id', () => {
  for (const line of lines) {
    const answer = evaluateLine(line);
    assert.ok(!answer.includes('\n'));
    const parsed = JSON.parse(answer);
    assert.ok('result' in parsed !== 'error' in parsed);
  }
  assert.deepEqual(JSON.parse(evaluateLine(lines[19])).id, 7);
});

test('malformed lines are error lines', () => {
  for (const line of lines.slice(0, 6))
    assert.equal(JSON.parse(evaluateLine(line)).error.code, 'malformed_request');
});

test('objects come back from their bytes', () => {
  const first = JSON.parse(
    evaluateLine(
      JSON.stringify({ id: 1, ...score, args: { calls: [update([1, 2.5]), { method: 'to_bytes' }] } }),
    ),
  );
  const bytes = first.result[1];
  const again = evaluateLine(
    JSON.stringify({
      id: 1,
      ...score,
      args: { create: { method: 'from_bytes', args: { bytes } }, calls: [{ method: 'value' }] },
    }),
  );
  assert.deepEqual(JSON.parse(again).result, [{ mean: 1.75, sum: 3.5, weight: 2, count: 2 }]);
});
