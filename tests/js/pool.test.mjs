// The worker pool: one thread's bits, progress, cancelling, workers that die.
import assert from 'node:assert/strict';
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import * as assay from 'assay';
import { bits, root, sequence } from './support.mjs';

const {
  AssayError,
  brierScore,
  competitiveSwissSimulate,
  createPool,
  crpsEnsemble,
  crpsEnsembleGrad,
  groupedMean,
  init,
} = assay;

const n = 100_000;
const m = 10;
const observations = sequence(n);
const members = { data: sequence(n * m, 2), shape: [n, m] };
const probabilities = sequence(200_000, 3);
const labels = Uint8Array.from(sequence(200_000, 4), (u) => (u < 0.4 ? 1 : 0));
const weights = sequence(200_000, 5);
const scores = Array.from({ length: 8 }, (_, i) => Array.from(sequence(6, 10 + i)));
const rounds = [0, 1, 1, 0, 1, 0];

let pool;
before(async () => {
  await init();
  pool = await createPool({ workers: 2 });
});
after(() => pool?.terminate());

test('pool has the workers that were asked for', async () => {
  assert.equal(pool.size, 2);
  await assert.rejects(createPool({ workers: 0 }), { code: 'bad_parameter' });
});

const jobs = [
  ['crpsEnsemble', [observations, members]],
  ['crpsEnsemble', [observations, members, { weights: sequence(m, 6), estimator: 'standard' }]],
  [
    'crpsEnsemble',
    [Float32Array.from(observations), { data: Float32Array.from(members.data), shape: [n, m] }],
  ],
  ['crpsEnsembleGrad', [observations, members, { estimator: 'almost_fair' }]],
  ['crpsNormal', [observations, 0.5, sequence(n, 7).map((u) => u + 0.1)]],
  ['crpsNormal', [Array.from(observations), 0.5, 2]],
  ['brierScore', [labels, probabilities]],
  ['brierScore', [labels, probabilities, { weights }]],
  ['logLoss', [labels, probabilities.map((p) => 0.01 + 0.98 * p), { weights }]],
  ['groupedMean', [observations, Int32Array.from(observations, (u) => 5 * u)]],
  ['competitiveSwissSimulate', [scores, rounds, { simulations: 20_000, seed: 3 }]],
  [
    'competitiveSwissSimulate',
    [scores, rounds, { simulations: 200_000, seed: 3, targetStandardError: 0.02, blockSize: 512 }],
  ],
  [
    'crossEntropy',
    [
      [0, 1],
      [
        [1, 2],
        [3, 4],
      ],
      { reduction: 'none' },
    ],
  ],
];

for (const [i, [name, args]] of jobs.entries()) {
  test(`pool gives the bits of one thread: ${name} (${i})`, async () => {
    assert.deepEqual(bits(await pool.run(name, args)), bits(assay[name](...args)));
  });
}

test('pool gives the same bits for any number of workers', async () => {
  const three = await createPool({ workers: 3 });
  const [name, args] = jobs[11];
  assert.deepEqual(bits(await three.run(name, args)), bits(await pool.run(name, args)));
  await three[Symbol.asyncDispose]();
});

test('pool takes heap arrays and leaves the arguments as they are', async () => {
  const heap = assay.alloc.float64(n);
  heap.view.set(observations);
  const before = members.data.slice();
  assert.deepEqual(await pool.run('crpsEnsemble', [heap, members]), crpsEnsemble(observations, members));
  assert.equal(heap.view.length, n);
  assert.deepEqual(members.data, before);
  heap.dispose();
});

test('pool knows functions by their domain too, and refuses others', async () => {
  assert.deepEqual(
    await pool.run('scoring.crpsEnsemble', [[2], [[5]], { estimator: 'standard' }]),
    Float64Array.of(3),
  );
  await assert.rejects(pool.run('crpsEnsembel', []), { code: 'unknown_function' });
  await assert.rejects(pool.run('crpsEnsemble', 7), { code: 'wrong_type' });
});

test('errors are those of one thread, with the row in the whole data', async () => {
  const wrong = observations.slice();
  wrong[70_000] = NaN;
  let single;
  try {
    crpsEnsemble(wrong, members);
  } catch (error) {
    single = error;
  }
  await assert.rejects(pool.run('crpsEnsemble', [wrong, members]), (error) => {
    assert.ok(error instanceof AssayError);
    assert.equal(error.message, single.message);
    assert.match(error.message, /observations\[70000\]/);
    return true;
  });
  const bad = probabilities.slice();
  bad[150_000] = 2;
  await assert.rejects(pool.run('brierScore', [labels, bad]), {
    message: /^brierScore: probabilities\[150000\] is 2/,
    argument: 'probabilities',
  });
  await assert.rejects(pool.run('crpsEnsemble', [observations.subarray(1), members]), {
    code: 'length_mismatch',
  });
  await assert.rejects(pool.run('competitiveSwissSimulate', [scores, [0]]), {
    code: 'length_mismatch',
    function: 'competitiveSwissSimulate',
  });
});

test('progress grows, comes at most every 50 ms, and ends once with everything done', async () => {
  const seen = [];
  const partial = [];
  const simulations = 400_000;
  await pool.run('competitiveSwissSimulate', [scores, rounds, { simulations, blockSize: 256 }], {
    onProgress: ({ done, total }) => seen.push({ done, total, at: performance.now() }),
    onPartial: (value) => partial.push(value.simulationsRun),
  });
  assert.deepEqual(
    { done: seen.at(-1).done, total: seen.at(-1).total },
    { done: simulations, total: simulations },
  );
  assert.equal(seen.filter(({ done }) => done === simulations).length, 1);
  assert.ok(seen.every(({ done }, i) => i === 0 || done > seen[i - 1].done));
  assert.ok(seen.slice(1, -1).every(({ at }, i) => at - seen[i].at >= 49));
  assert.ok(partial.every((run, i) => run < simulations && (i === 0 || run > partial[i - 1])));
});

test('a call that one worker does as a whole tells of its progress, too', async () => {
  const seen = [];
  const rows = Array.from({ length: 20_000 }, (_, i) => (i + 0.5) / 20_000);
  const outcomes = rows.map((p) => (p > 0.3 ? 1 : 0));
  const result = await pool.run('calibrationBootstrap', [outcomes, rows, { metric: 'brier', nBoot: 3000 }], {
    onProgress: ({ done, total }) => seen.push({ done, total }),
  });
  assert.ok(result.lower < result.estimate && result.estimate < result.upper);
  assert.ok(seen.length > 2, `told ${seen.length} times`);
  const { total: all } = seen.at(-1);
  assert.ok(seen.every(({ done, total }, i) => total === all && (i === 0 || done > seen[i - 1].done)));
  assert.equal(seen.at(-1).done, all);
});

test('a cancelled job ends at once with AbortError, and the pool works on', async () => {
  for (const [name, args] of [
    ['competitiveSwissSimulate', [scores, rounds, { simulations: 50_000_000 }]], // in blocks
    ['failureSensitivity', [scores, { mode: 'simulate', simulations: 20_000_000 }]], // whole, on one worker
  ]) {
    const controller = new AbortController();
    const job = pool.run(name, args, { signal: controller.signal });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const start = performance.now();
    controller.abort();
    await assert.rejects(job, (error) => error instanceof DOMException && error.name === 'AbortError');
    assert.ok(performance.now() - start < 1000);
    assert.deepEqual(
      await pool.run('crpsEnsemble', [[2], [[5]], { estimator: 'standard' }]),
      Float64Array.of(3),
    );
  }
});

test('a signal that is aborted already, or by a timeout, gives AbortError', async () => {
  await assert.rejects(pool.run('brierScore', [labels, probabilities], { signal: AbortSignal.abort() }), {
    name: 'AbortError',
  });
  const timeout = AbortSignal.timeout(20);
  await assert.rejects(
    pool.run('competitiveSwissSimulate', [scores, rounds, { simulations: 50_000_000 }], { signal: timeout }),
    { name: 'AbortError' },
  );
});

test('jobs at the same time do not disturb each other', async () => {
  const results = await Promise.all(
    [0.1, 0.2, 0.3, 0.4].map((level) =>
      pool.run('quantileScore', [observations, probabilities.subarray(0, n), level]),
    ),
  );
  results.forEach((result, i) =>
    assert.deepEqual(result, assay.quantileScore(observations, probabilities.subarray(0, n), (i + 1) / 10)),
  );
});

test('a terminated pool rejects its jobs', async () => {
  const other = await createPool({ workers: 1 });
  const job = other.run('competitiveSwissSimulate', [scores, rounds, { simulations: 50_000_000 }]);
  other.terminate();
  await assert.rejects(job, /terminated/);
  await assert.rejects(other.run('brierScore', [labels, probabilities]), /terminated/);
});

test('a worker that dies rejects its job and is replaced', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-worker-'));
  const url = pathToFileURL(join(folder, 'worker.mjs'));
  // The worker as it is, but groupedMean of a single 666 ends it.
  writeFileSync(
    url,
    `
    import { parentPort } from 'node:worker_threads';
    const { on } = parentPort;
    parentPort.on = (name, listener) => on.call(parentPort, name, (message) => {
      if (message.task?.args?.[0]?.[0] === 666) process.exit(3);
      listener(message);
    });
    await import(${JSON.stringify(pathToFileURL(join(root, 'dist/worker.js')).href)});
  `,
  );
  const fragile = await createPool({ workers: 1, workerUrl: url });
  await assert.rejects(
    fragile.run('groupedMean', [[666], [0]]),
    /a worker of the pool died: it ended with code 3/,
  );
  assert.deepEqual(bits(await fragile.run('groupedMean', [[1], [0]])), bits(groupedMean([1], [0])));
  fragile.terminate();
  rmSync(folder, { recursive: true });
});

test('a worker file that is not there is said so', async () => {
  await assert.rejects(
    createPool({ workers: 1, workerUrl: 'file:///no/such/worker.js' }),
    /a worker could not start: .*worker\.js/,
  );
});

test('one-shot and pool agree on gradients of single precision', async () => {
  const args = [Float32Array.from(observations), { data: Float32Array.from(members.data), shape: [n, m] }];
  const result = await pool.run('crpsEnsembleGrad', args);
  assert.ok(result.grad.data instanceof Float32Array);
  assert.deepEqual(bits(result), bits(crpsEnsembleGrad(...args)));
});

test('numbers of simulations need not be whole blocks', async () => {
  const args = [scores, rounds, { simulations: 1001, blockSize: 100 }];
  const result = await pool.run('competitiveSwissSimulate', args);
  assert.equal(result.simulationsRun, 1001);
  assert.deepEqual(bits(result), bits(competitiveSwissSimulate(...args)));
  assert.equal(brierScore([1], [0.5]), 0.25);
});
