// Ways to load the library, each in a process of its own.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { root } from './support.mjs';

/** Runs a module in a fresh Node at the root of the project; what it prints. */
function runModule(code) {
  return execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: root,
    encoding: 'utf8',
  }).trim();
}

const use = "console.log(crpsEnsemble([2], [[5]], { estimator: 'standard' })[0]);";
const read = "const bytes = (await import('node:fs')).readFileSync('dist/wasm/assay.wasm');";

test('an import touches nothing: no global, no timer, no fetch', () => {
  const code = `
    const before = Object.getOwnPropertyNames(globalThis).sort().join();
    globalThis.fetch = () => { throw new Error('fetched'); };
    await import('assay');
    console.log(Object.getOwnPropertyNames(globalThis).sort().join() === before, process.getActiveResourcesInfo().filter((r) => !/Pipe|TTY|Close/.test(r)).length);
  `;
  assert.equal(runModule(code), 'true 0');
});

for (const [what, call] of [
  ['the file beside the package', 'await init();'],
  [
    'wasmUrl as a text',
    "await init({ wasmUrl: new URL('dist/wasm/assay.wasm', 'file://' + process.cwd() + '/').href });",
  ],
  [
    'wasmUrl as a URL',
    "await init({ wasmUrl: new URL('dist/wasm/assay.wasm', 'file://' + process.cwd() + '/') });",
  ],
  ['wasmBinary', `${read} await init({ wasmBinary: bytes });`],
  ['wasmModule', `${read} await init({ wasmModule: await WebAssembly.compile(bytes) });`],
  ['several calls at once', 'await Promise.all([init(), init(), init()]); await init();'],
]) {
  test(`init loads from ${what}`, () => {
    assert.equal(runModule(`import { init, crpsEnsemble } from 'assay'; ${call} ${use}`), '3');
  });
}

test('assay/inline needs no file', () => {
  assert.equal(runModule(`import { init, crpsEnsemble } from 'assay/inline'; await init(); ${use}`), '3');
});

test('init loads over HTTP, streamed or not', async () => {
  const wasm = readFileSync(`${root}/dist/wasm/assay.wasm`);
  for (const type of ['application/wasm', 'application/octet-stream']) {
    const server = createServer((_, response) => response.setHeader('content-type', type).end(wasm)).listen(
      0,
    );
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${server.address().port}/assay.wasm`;
    const code = `import { init, crpsEnsemble } from 'assay'; await init({ wasmUrl: '${url}' }); ${use}`;
    const { execFile } = await import('node:child_process');
    const output = await new Promise((resolve, reject) =>
      execFile(process.execPath, ['--input-type=module', '--eval', code], { cwd: root }, (error, stdout) =>
        error ? reject(error) : resolve(stdout),
      ),
    );
    assert.equal(output.trim(), '3');
    server.close();
  }
});

test('a failure names what was tried and the option to set, and init may be tried again', () => {
  const code = `
    import { init, crpsEnsemble } from 'assay';
    try { await init({ wasmUrl: 'file:///no/such/assay.wasm' }); } catch (e) { console.log(e.name, e.kind, e.code, e.argument, /init: could not load file:\\/\\/\\/no\\/such\\/assay.wasm \\(ENOENT.*\\); pass \\{ wasmUrl \\}/.test(e.message)); }
    await init(); ${use}
  `;
  assert.equal(runModule(code), 'AssayError unavailable load_failed wasmUrl true\n3');
});

test('a WebAssembly module that is another is refused', () => {
  const code = `
    import { init } from 'assay';
    const empty = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
    for (const options of [{ wasmBinary: empty }, { wasmModule: await WebAssembly.compile(empty) }]) {
      try { await init(options); } catch (e) { console.log(e.name, e.code); }
    }
  `;
  assert.equal(runModule(code), 'AssayError load_failed\nAssayError load_failed');
});

test('results are frozen in development, so that mistakes show', () => {
  const code = `
    import { init, groupedMean } from 'assay'; await init();
    const found = groupedMean([1], [0]);
    try { found.mean = 1; console.log('changed'); } catch { console.log('frozen'); }
  `;
  const run = (env) =>
    execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, NODE_ENV: env },
    }).trim();
  assert.equal(run('development'), 'frozen');
  assert.equal(run('production'), 'changed');
});
