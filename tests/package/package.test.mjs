// The package as users get it: packed, installed into an empty project, imported, typed, bundled, run in a browser.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { openBrowser, pageErrors, serveFolder } from '../support/browser.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tool = (name) => join(root, 'node_modules', '.bin', name);
const project = mkdtempSync(join(tmpdir(), 'assay-consumer-'));
const installed = join(project, 'node_modules', 'assay');
let tarball;
let browser;

/** Runs a program in the project; its output is shown when it fails. */
function run(program, words, cwd = project) {
  try {
    return execFileSync(program, words, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    throw new Error(`${program} ${words.join(' ')}\n${error.stdout}\n${error.stderr}`);
  }
}

before(async () => {
  run('npm', ['pack', '--ignore-scripts', '--pack-destination', project], root);
  tarball = join(
    project,
    readdirSync(project).find((name) => name.endsWith('.tgz')),
  );
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, type: 'module' }),
  );
  run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts', tarball]);
  cpSync(join(root, 'examples'), project, { recursive: true });
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  rmSync(project, { recursive: true, force: true });
});

test('package brings nothing else and no sources', () => {
  const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  assert.equal(dependencies, undefined);
  const names = readdirSync(installed).sort();
  assert.deepEqual(names, ['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'package.json']);
});

test('package runs the Node example', () => {
  const output = run(process.execPath, ['node/quick_start.mjs']);
  assert.match(output, /CRPS Float64Array\(2\)/);
  assert.match(output, /ECE 0\.2333/);
});

for (const resolution of ['node16', 'bundler']) {
  test(`package types are strict under ${resolution} resolution`, () => {
    const source = `
import { AssayError, crpsEnsemble, crossEntropy, init, type CrpsEnsembleOptions } from 'assay';
import { ece } from 'assay/calibration';
await init();
const options: CrpsEnsembleOptions = { estimator: 'almost_fair', alpha: 0.95 };
const scores: Float64Array = crpsEnsemble([1], [[0, 2]], options);
const mean: number = crossEntropy([0], [[1, 2]]);
const each: Float64Array = crossEntropy([0], [[1, 2]], { reduction: 'none' });
const error: number = ece(Uint8Array.of(1), Float32Array.of(0.5));
// @ts-expect-error: not one of the estimators
crpsEnsemble([1], [[0, 2]], { estimator: 'best' });
// @ts-expect-error: no such option
ece([1], [0.5], { bins: 10 });
export { AssayError, each, error, mean, scores };
`;
    writeFileSync(join(project, 'consumer.mts'), source);
    const module = resolution === 'node16' ? 'node16' : 'esnext';
    const flags = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'esnext,dom', '--module', module];
    run(tool('tsc'), [...flags, '--moduleResolution', resolution, 'consumer.mts']);
  });
}

test('package passes publint and are-the-types-wrong', () => {
  run(tool('publint'), ['run', tarball, '--strict']);
  run(tool('attw'), [tarball, '--profile', 'esm-only']);
});

const zipped = (path) => gzipSync(readFileSync(path), { level: 9 }).length;

/** Size of what a page downloads for one import, WebAssembly left out. */
async function bundleSize(source) {
  const result = await build({
    stdin: { contents: source, resolveDir: project },
    bundle: true,
    format: 'esm',
    minify: true,
    write: false,
    platform: 'browser',
    external: ['node:*'],
  });
  return gzipSync(result.outputFiles[0].contents, { level: 9 }).length;
}

test('package keeps its size budgets', async (t) => {
  const wasm = zipped(join(installed, 'dist/wasm/assay.wasm'));
  const core = await bundleSize(`export { init } from 'assay'`);
  const domain = await bundleSize(`export { init } from 'assay'; export * from 'assay/scoring'`);
  t.diagnostic(`gzipped bytes: wasm ${wasm}, glue and core facade ${core}, one domain more ${domain - core}`);
  // A third of it are kernels: what it costs that every loop is vector code, in float64 and float32.
  assert.ok(wasm <= 700_000, `wasm has ${wasm} bytes, budget 700000`);
  assert.ok(core <= 20_000, `glue and core facade have ${core} bytes, budget 20000`);
  assert.ok(domain - core <= 12_000, `one domain has ${domain - core} bytes, budget 12000`);
});

/** Opens `path` of a folder and waits until `selector` shows text that matches. */
async function shows(folder, path, selector, pattern, headers = {}) {
  const site = await serveFolder(folder, { headers });
  const page = await browser.context.newPage();
  const errors = pageErrors(page);
  try {
    await page.goto(site.address + path);
    await page.waitForFunction(
      ([where, source]) => new RegExp(source).test(document.querySelector(where)?.textContent ?? ''),
      [selector, pattern.source],
      { timeout: 20_000 },
    );
  } catch (error) {
    throw new Error(
      `${path} shows ${JSON.stringify(await page.textContent(selector))}; ${errors.join('; ')}; ${error}`,
    );
  } finally {
    await page.close();
    await site.stop();
  }
  assert.deepEqual(errors, []);
}

const strictPolicy = {
  'content-security-policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'",
};
const crps = /^0\.6667 0\.3333$|^\d\.\d{4} \d\.\d{4}$/;

test('package works in a plain page with an import map', async () => {
  mkdirSync(join(project, 'browser/node_modules'), { recursive: true });
  cpSync(installed, join(project, 'browser/node_modules/assay'), { recursive: true });
  await shows(join(project, 'browser'), 'index.html', '#score', /^0\.0700$/);
});

test('package works in a Vite production build under a strict content security policy', async () => {
  run(tool('vite'), ['build', '--logLevel', 'warn', '--target', 'esnext'], join(project, 'vite'));
  await shows(join(project, 'vite/dist'), 'index.html', '#result', crps, strictPolicy);
});

test('package works in a webpack production build', async () => {
  run(tool('webpack'), ['--config', 'webpack.config.mjs'], join(project, 'webpack'));
  await shows(join(project, 'webpack'), 'index.html', '#result', crps, strictPolicy);
});

test('package works in a module worker of the user', async () => {
  writeFileSync(
    join(project, 'worker/index.html'),
    '<!doctype html><title>worker</title><body><script type="module" src="main.mjs"></script></body>',
  );
  run(tool('vite'), ['build', '--logLevel', 'warn', '--target', 'esnext'], join(project, 'worker'));
  await shows(join(project, 'worker/dist'), 'index.html', 'body', /CRPS \d\.\d{4}, \d\.\d{4}/, strictPolicy);
});
