// The steps from headers to package and site, each doing nothing when nothing it reads has changed.

import { build as bundle } from 'esbuild';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildPackage } from '../build-js.mjs';
import { makeSite } from '../build-site.mjs';
import { buildPreset } from './cmake.mjs';
import { filesBelow, whenChanged } from './stamp.mjs';
import { root, run, toolchain } from './toolchain.mjs';

/** The version of everything: package.json's. */
export function version() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
}

/** Headers -> build/generated: api.json, C++ and TypeScript of the bindings. */
export async function generateBindings() {
  const headers = filesBelow('src/assay').filter((path) => path.endsWith('.hpp'));
  const doxygen = toolchain().doxygen;
  await whenChanged({
    name: 'bindings',
    inputs: ['bindings/generate', 'package.json', ...headers],
    outputs: ['build/generated/api.json'],
    also: doxygen,
    build: async () => {
      const generator = join(root, 'build/generator/main.mjs');
      mkdirSync(join(root, 'build/generator'), { recursive: true });
      await bundle({
        entryPoints: [join(root, 'bindings/generate/cli.ts')],
        outfile: generator,
        bundle: true,
        platform: 'node',
        format: 'esm',
        logLevel: 'warning',
      });
      const args = [
        '--include',
        'src',
        '--out',
        'build/generated',
        '--doxygen',
        doxygen,
        '--version',
        version(),
      ];
      run(process.execPath, [generator, ...args]);
    },
  });
}

/** The native library and assay-eval. */
export function buildNative() {
  buildPreset('release', ['assay', 'assay-eval']);
}

/** The WebAssembly module. */
export function buildWasm() {
  buildPreset('wasm', ['assay_wasm']);
}

/** dist/: the npm package and the command line. */
export async function buildJs() {
  await whenChanged({
    name: 'package',
    inputs: [
      'bindings/js',
      'bindings/cli',
      'web/charts',
      'build/generated/js',
      'build/generated/api.json',
      'build/wasm/assay.js',
      'build/wasm/assay.wasm',
      'scripts/build-js.mjs',
      'tsconfig.json',
      'package.json',
      'package-lock.json',
    ],
    outputs: ['dist/index.js', 'dist/index.d.ts', 'dist/cli.js'],
    build: buildPackage,
  });
}

/** build/site: the site as static files that work under any path. */
export async function buildSite() {
  await whenChanged({
    name: 'site',
    inputs: [
      'web',
      'benchmarks/js/plain.mjs',
      'benchmarks/js/plain-sorted.mjs',
      'examples',
      'build/generated/api.json',
      'build/release/assay-eval',
      'scripts/build-site.mjs',
      'package.json',
      'package-lock.json',
      ...distFiles(),
    ],
    outputs: ['build/site/index.html'],
    build: makeSite,
  });
}

const distFiles = () => filesBelow('dist');

/** Everything that `npm run build` makes. */
export async function buildAll() {
  await generateBindings();
  buildNative();
  buildWasm();
  await buildJs();
}
