// The npm package: TypeScript sources -> dist/*.js (bundles that share chunks), dist/*.d.ts, and dist/cli.js.
//
//   node scripts/build-js.mjs     after the WebAssembly module was built

import { build } from 'esbuild';
import { chmodSync, cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main, root, run } from './lib/toolchain.mjs';

const sources = join(root, 'build/js');
const dist = join(root, 'dist');

/** Makes dist/ anew. */
export async function buildPackage() {
  assembleSources();
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(join(dist, 'wasm'), { recursive: true });
  for (const name of ['assay.js', 'assay.wasm'])
    cpSync(join(root, 'build/wasm', name), join(dist, 'wasm', name));
  await bundleModules();
  emitDeclarations();
  await bundleCommandLine();
}

/** The generated facade and, as its folder core/, the part written by hand: one source tree. */
function assembleSources() {
  rmSync(sources, { recursive: true, force: true });
  cpSync(join(root, 'build/generated/js'), sources, { recursive: true });
  cpSync(join(root, 'bindings/js'), join(sources, 'core'), { recursive: true });
  cpSync(join(root, 'bindings/generate/model.ts'), join(sources, 'core/model.ts'));
}

/** Modules that exist only at build time: see bindings/js/build_inputs.d.ts. */
const buildInputs = {
  name: 'build-inputs',
  setup({ onResolve, onLoad }) {
    const files = {
      'assay-wasm-base64': [join(root, 'build/wasm/assay.wasm'), 'base64'],
      'assay-api-json': [join(root, 'build/generated/api.json'), 'json'],
    };
    onResolve({ filter: /^assay-(wasm-base64|api-json)$/ }, ({ path }) => ({
      path,
      namespace: 'build-inputs',
    }));
    onLoad({ filter: /.*/, namespace: 'build-inputs' }, ({ path }) => {
      const [file, loader] = files[path];
      return { contents: readFileSync(file), loader };
    });
  },
};

/** Entries of the package that are not generated. */
const handWritten = ['worker', 'inline', 'internal'];

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
  const modules = readdirSync(sources).filter((name) => name.endsWith('.ts'));
  const entries = [...modules, ...handWritten.map((name) => `core/${name}.ts`)];
  await build({
    ...common,
    entryPoints: entries.map((name) => ({ in: join(sources, name), out: basename(name, '.ts') })),
    outdir: dist,
    // For every host: nothing about the environment is decided at build time.
    platform: 'neutral',
    splitting: true,
    // Chunks lie beside the entries: they name wasm/ and worker.js relative to themselves.
    chunkNames: 'chunk-[hash]',
    // Not without its spaces: bundlers look for comments inside import(), and users read stack traces.
    minifySyntax: true,
    plugins: [buildInputs],
  });
}

function emitDeclarations() {
  const config = join(root, 'build/js/tsconfig.json');
  writeFileSync(
    config,
    JSON.stringify({
      extends: '../../tsconfig.json',
      compilerOptions: {
        noEmit: false,
        declaration: true,
        emitDeclarationOnly: true,
        rootDir: '.',
        outDir: '../../dist',
      },
      include: ['**/*.ts'],
      exclude: [],
    }),
  );
  run('tsc', ['-p', config]);
  cpSync(join(sources, 'core/wasm/assay.d.ts'), join(dist, 'core/wasm/assay.d.ts'), { recursive: true });
  for (const name of handWritten)
    writeFileSync(join(dist, `${name}.d.ts`), `export * from './core/${name}.js';\n`);
}

/** The command line in one file, beside the package that it uses. */
async function bundleCommandLine() {
  const packageModules = {
    name: 'package-modules',
    setup({ onResolve }) {
      onResolve({ filter: /^assay(\/internal)?$|\/js\/(index|internal)(\.js)?$/ }, ({ path }) => ({
        path: path.includes('internal') ? './internal.js' : './index.js',
        external: true,
      }));
    },
  };
  const outfile = join(dist, 'cli.js');
  await build({
    ...common,
    entryPoints: [join(root, 'bindings/cli/cli.ts')],
    define: { ASSAY_VERSION: JSON.stringify(version()) },
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
  await bundleReportCharts();
}

/** The script inside HTML reports: the site's charts in one file that needs no module loader. */
async function bundleReportCharts() {
  await build({
    bundle: true,
    entryPoints: [join(root, 'bindings/cli/report_charts.ts')],
    outfile: join(dist, 'report-charts.js'),
    format: 'iife',
    target: 'es2022',
    minify: true,
    logLevel: 'warning',
  });
}

const version = () => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(buildPackage);
