// The npm package: TypeScript sources -> dist/*.js (bundles that share chunks), dist/*.d.ts, and dist/cli.js.
//
//   node scripts/build-js.mjs     after the WebAssembly module was built

import { build } from 'esbuild';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main, root, run } from './lib/toolchain.mjs';

const sources = join(root, 'build/js');
const dist = join(root, 'dist');

/** Makes dist/ anew. */
export async function buildPackage() {
  assembleSources();
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(join(dist, 'wasm'), { recursive: true });
  for (const name of ['assay.js', 'assay.wasm']) cpSync(join(root, 'build/wasm', name), join(dist, 'wasm', name));
  await bundleModules();
  emitDeclarations();
  await bundleCommandLine();
}

/** The generated facade and, as its folder core/, the part written by hand: one source tree. */
function assembleSources() {
  rmSync(sources, { recursive: true, force: true });
  cpSync(join(root, 'build/generated/js'), sources, { recursive: true });
  cpSync(join(root, 'bindings/js'), join(sources, 'core'), { recursive: true });
}

const common = {
  bundle: true,
  format: 'esm',
  target: 'es2022',
  logLevel: 'warning',
  legalComments: 'linked',
  external: ['./wasm/*', '../wasm/*', 'node:*'],
};

/** One module a domain, sharing chunks, so that there is one instance of the WebAssembly module. */
async function bundleModules() {
  const modules = readdirSync(sources).filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'));
  const entries = ['worker', 'inline', 'internal'].map((name) => join('core', `${name}.ts`));
  await build({
    ...common,
    entryPoints: [...modules, ...entries]
      .filter((name) => existsSync(join(sources, name)))
      .map((name) => ({ in: join(sources, name), out: name.replace(/^.*\/|\.ts$/g, '').replace(/\.ts$/, '') })),
    outdir: dist,
    splitting: true,
    // Beside the modules, so that './wasm/assay.wasm' means the same in a chunk.
    chunkNames: 'chunk-[hash]',
    minifySyntax: true,
    minifyWhitespace: true,
  });
}

function emitDeclarations() {
  const config = join(root, 'build/js/tsconfig.json');
  writeFileSync(
    config,
    JSON.stringify({
      extends: '../../tsconfig.json',
      compilerOptions: { noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: '.', outDir: '../../dist' },
      include: ['**/*.ts'],
      exclude: [],
    }),
  );
  run('tsc', ['-p', config]);
}

/** The command line in one file, beside the package that it uses. */
async function bundleCommandLine() {
  const packageModules = {
    name: 'package-modules',
    setup({ onResolve }) {
      onResolve({ filter: /\/js\/(index|internal)(\.js)?$/ }, ({ path }) => ({
        path: `./${/(index|internal)/.exec(path.split('/').at(-1))[1]}.js`,
        external: true,
      }));
    },
  };
  const outfile = join(dist, 'cli.js');
  await build({
    ...common,
    entryPoints: [join(root, 'bindings/cli/main.ts')],
    outfile,
    platform: 'node',
    banner: {
      js: [
        '#!/usr/bin/env node',
        // Some bundled libraries are CommonJS.
        "import { createRequire as assayRequire } from 'node:module';",
        'const require = assayRequire(import.meta.url);',
      ].join('\n'),
    },
    plugins: [packageModules],
  });
  chmodSync(outfile, 0o755);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(buildPackage);
