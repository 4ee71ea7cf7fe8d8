// JavaScript and TypeScript tests with Node's own runner. Node 20 cannot run TypeScript, so esbuild translates it first.

import { build } from 'esbuild';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow } from './stamp.mjs';
import { Refusal, root, run } from './toolchain.mjs';

/**
 * Runs every `*.test.mjs` and `*.test.ts` below some folders.
 *
 * @param folders      below the checkout, or files
 * @param concurrency  test files at a time
 */
export async function runNodeTests(folders, { concurrency = 2, env = {} } = {}) {
  const files = folders.flatMap(filesBelow).filter((path) => /\.test\.(mjs|ts)$/.test(path));
  if (files.length === 0) throw new Refusal(`no test in ${folders.join(', ')}`);
  const translated = await translate(files.filter((path) => path.endsWith('.ts')));
  const ready = [...files.filter((path) => path.endsWith('.mjs')), ...translated];
  // A test or file that hangs must fail, not the whole run.
  const options = [`--test-concurrency=${concurrency}`, '--test-reporter=spec', '--test-timeout=600000'];
  run(process.execPath, ['--test', ...options, ...ready], { env });
}

/** Bundles TypeScript tests into build/node-tests, where packages, and assay itself, are found as from the sources. */
async function translate(files) {
  if (files.length === 0) return [];
  const folder = join(root, 'build/node-tests');
  rmSync(folder, { recursive: true, force: true });
  await build({
    entryPoints: files.map((path) => join(root, path)),
    outbase: root,
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return files.map((path) => join('build/node-tests', path.replace(/\.ts$/, '.mjs')));
}
