// The package in Chromium as a user would load it: a plain module script, a worker, the pool, the inline form,
// under a policy without inline scripts and without eval, with and without cross-origin isolation.

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch, openPage, packagePolicy, root, serve } from './support.mjs';

const page = (script) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>assay</title>
<link rel="icon" href="data:,"><output></output><script type="module" src="./${script}"></script></html>`;

const files = {
  'module.html': page('module.js'),
  'module.js': `
    import { init, crpsEnsemble, AssayError } from './dist/index.js';
    const show = (text) => (document.querySelector('output').textContent = text);
    try { crpsEnsemble([1], [[1, 2]]); } catch (error) { globalThis.early = error.code; }
    await Promise.all([init(), init()]);
    let refused = '';
    try { crpsEnsemble([0.5, 1], [[0, 1, 4]]); } catch (error) { refused = error instanceof AssayError && error.code; }
    show(['ready', globalThis.early, refused, ...crpsEnsemble([0.5, 1], [[0, 1, 4], [1, 3, 2]])].join(' '));`,
  'worker.html': page('main.js'),
  'main.js': `
    const worker = new Worker('./own-worker.js', { type: 'module' });
    worker.onmessage = ({ data }) => (document.querySelector('output').textContent = 'ready ' + data.join(' '));
    worker.postMessage({ observations: new Float64Array([0.5, 1]), members: new Float64Array([0, 1, 4, 1, 3, 2]) });`,
  'own-worker.js': `
    import { init } from './dist/index.js';
    import { crpsEnsemble } from './dist/scoring.js';
    onmessage = async ({ data: { observations, members } }) => {
      await init();
      postMessage(Array.from(crpsEnsemble(observations, { data: members, shape: [2, 3] })));
    };`,
  'pool.html': page('pool.js'),
  'pool.js': `
    import { createPool, init, crpsEnsemble } from './dist/index.js';
    const pool = await createPool({ workers: 2 });
    const n = 20000, m = 10;
    const observations = Float64Array.from({ length: n }, (_, i) => Math.sin(i));
    const data = Float64Array.from({ length: n * m }, (_, i) => Math.sin(i * 1.7));
    const members = { data, shape: [n, m] };
    const pooled = await pool.run('crpsEnsemble', [observations, members, { estimator: 'fair' }]);
    const aborted = await pool.run('crpsEnsemble', [observations, members], { signal: AbortSignal.abort() }).catch((e) => e.name);
    await init();
    const single = crpsEnsemble(observations, members, { estimator: 'fair' });
    const same = pooled.every((value, i) => Object.is(value, single[i]));
    await pool[Symbol.asyncDispose]();
    document.querySelector('output').textContent = ['ready', same, aborted, pool.size].join(' ');`,
  'inline.html': page('inline.js'),
  'inline.js': `
    import { init, brierScore } from './dist/index.js';
    import { wasmBinary } from './dist/inline.js';
    await init({ wasmBinary: wasmBinary() });
    document.querySelector('output').textContent = 'ready ' + brierScore([1, 0], [0.5, 0.5]);`,
  'lost.html': page('lost.js'),
  'lost.js': `
    import { init } from './dist/index.js';
    const error = await init({ wasmUrl: './nowhere/assay.wasm' }).catch((e) => e);
    document.querySelector('output').textContent = ['ready', error.code, error.message].join(' ');`,
};

let browser;
let folder;
before(async () => {
  browser = await launch();
  folder = mkdtempSync(join(tmpdir(), 'assay-page-'));
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
});
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens one of the pages and returns what it says; nothing may have gone wrong. */
async function says(name, { headers = {}, allowed = [] } = {}) {
  const server = await serve(folder, {
    base: '/app/',
    headers: { 'content-security-policy': packagePolicy, ...headers },
  });
  const { page: tab, problems, close } = await openPage(browser, { origin: server.url });
  try {
    await tab.goto(server.url + name);
    await tab.waitForFunction(
      () => document.querySelector('output').textContent.startsWith('ready'),
      undefined,
      { timeout: 20000 },
    );
    assert.deepEqual(
      problems.filter((p) => !allowed.some((pattern) => pattern.test(p))),
      [],
    );
    return await tab.textContent('output');
  } catch (error) {
    throw new Error(`${name}: ${error.message}\n${problems.join('\n')}`);
  } finally {
    await close();
    await server.close();
  }
}

const isolated = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};
const fair = ['0.16666666666666666', '0.3333333333333333'];

/** Numbers of the reply agree to rounding; the exact bits are the package's own tests' business. */
function sameScores(words) {
  words.forEach((word, i) => assert.ok(Math.abs(Number(word) - Number(fair[i])) < 1e-15, word));
}

test('a plain module script computes and reports errors', async () => {
  const [, early, refused, ...scores] = (await says('module.html')).split(' ');
  assert.equal(early, 'not_initialised');
  assert.equal(refused, 'length_mismatch');
  sameScores(scores);
});

test('a module worker computes', async () => {
  sameScores((await says('worker.html')).split(' ').slice(1));
});

for (const [name, headers] of [
  ['a plain page', {}],
  ['an isolated page', isolated],
]) {
  test(`the pool on ${name} gives the bits of one thread and can be cancelled`, async () => {
    assert.equal(await says('pool.html', { headers }), 'ready true AbortError 2');
  });
}

test('the inline form needs no second file', async () => {
  assert.equal(await says('inline.html'), 'ready 0.25');
});

test('a missing file is named', async () => {
  const reply = await says('lost.html', { allowed: [/nowhere\/assay\.wasm/, /404/] });
  assert.match(reply, /^ready load_failed .*nowhere\/assay\.wasm/);
});
