// The steps of `npm test`, in the order in which they run: what is quick to fail first, builds shared.

import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { lint } from '../lint.mjs';
import { checkKernelSymbols } from '../checks/symbols.mjs';
import { buildPreset, testPreset } from './cmake.mjs';
import { runNodeTests } from './node-tests.mjs';
import { say } from './process.mjs';
import { filesBelow } from './stamp.mjs';
import { buildJs, buildSite, generateBindings } from './steps.mjs';
import { run } from './toolchain.mjs';

const nativeEval = 'build/release/assay-eval';
const wasmEval = 'node dist/cli.js eval';

/** The golden cases as requests, one file each: what the fuzzer of the eval protocol starts from. */
function writeFuzzCorpus(folder) {
  for (const file of readdirSync('tests/golden').filter((name) => name.endsWith('.json'))) {
    for (const { id, function: name, args } of JSON.parse(readFileSync(`tests/golden/${file}`, 'utf8')).cases)
      writeFileSync(
        `${folder}/${id.replaceAll('/', '-')}.json`,
        JSON.stringify({ id, function: name, args }),
      );
  }
}

/** A browser can starve on a busy machine: a file that fails runs once more, and says so. */
async function runBrowserTests() {
  for (const file of filesBelow('tests/browser').filter((path) => path.endsWith('.test.mjs'))) {
    try {
      await runNodeTests([file]);
    } catch (error) {
      say(`${file} failed and runs once more: ${error.message.slice(0, 80)}`);
      await runNodeTests([file]);
    }
  }
}

/** Each `{ name, what, needs, run }`: `needs` names the steps without which this one cannot run. */
export const testSteps = [
  { name: 'lint', what: 'format and rules of the sources', run: () => lint() },
  { name: 'bindings', what: 'headers are read, bindings written', run: generateBindings },
  {
    name: 'native',
    what: 'native build: library, assay-eval, tests, benchmarks',
    needs: ['bindings'],
    run: () => buildPreset('release'),
  },
  {
    name: 'unit',
    what: 'unit tests, natively, on each instruction set of this machine',
    needs: ['native'],
    run: () => testPreset('release', ['-L', 'unit']),
  },
  {
    name: 'symbols',
    what: 'no weak symbol of one instruction set can reach another',
    needs: ['native'],
    run: () => say(`${checkKernelSymbols('build/release')} kernel objects checked`),
  },
  {
    name: 'ulp',
    what: 'elementary functions against MPFR',
    needs: ['native'],
    run: () => testPreset('release', ['-L', 'ulp']),
  },
  {
    name: 'property',
    what: 'properties with RapidCheck',
    needs: ['native'],
    run: () => testPreset('release', ['-L', 'property']),
  },
  {
    name: 'wasm',
    what: 'WebAssembly build: module and tests',
    needs: ['bindings'],
    run: () => buildPreset('wasm'),
  },
  {
    name: 'unit-wasm',
    what: 'the same unit tests in WebAssembly under Node',
    needs: ['wasm'],
    run: () => testPreset('wasm', ['-L', 'unit']),
  },
  {
    name: 'package',
    what: 'npm package and command line are built',
    needs: ['native', 'wasm'],
    run: buildJs,
  },
  {
    name: 'golden',
    what: 'golden cases natively and in WebAssembly, with the same bits',
    needs: ['package'],
    run: () => run(process.execPath, ['tests/golden/check.mjs', nativeEval, wasmEval]),
  },
  {
    name: 'js',
    what: 'tests of the generator, the package and the command line',
    needs: ['package'],
    run: () => runNodeTests(['tests/generate', 'tests/js', 'tests/types', 'tests/cli']),
  },
  { name: 'site', what: 'the site is built', needs: ['package', 'native'], run: buildSite },
  {
    name: 'types',
    what: 'strict types of all TypeScript, Vue components too',
    // A component imports data that the site's build writes.
    needs: ['site'],
    run: () => run('vue-tsc', ['-p', '.']),
  },
  {
    name: 'pages',
    what: 'the claims of the explainers as assertions',
    needs: ['package'],
    run: () => runNodeTests(['web']),
  },
  {
    name: 'pack',
    what: 'the packed package in projects of its own',
    needs: ['package'],
    run: () => runNodeTests(['tests/package'], { concurrency: 1 }),
  },
  {
    name: 'browser',
    what: 'package and pages in Chromium',
    needs: ['site'],
    run: runBrowserTests,
  },
  {
    name: 'install',
    what: 'the native library in projects of its own',
    needs: ['native'],
    run: () => runNodeTests(['tests/install'], { concurrency: 1 }),
  },
  {
    name: 'asan',
    what: 'unit tests and fuzzers under the address and undefined-behaviour sanitizers',
    needs: ['bindings'],
    run: () => {
      buildPreset('asan', ['unit_tests', 'fuzz_tests']);
      writeFuzzCorpus('build/asan/corpus/eval');
      testPreset('asan', ['-L', 'unit|fuzz']);
    },
  },
  {
    name: 'tsan',
    what: 'threads and simulations under the thread sanitizer',
    run: () => {
      const suites = ['test_core', 'test_tournament'];
      buildPreset('tsan', suites);
      testPreset('tsan', ['-R', `^(${suites.join('|')})$`]);
    },
  },
  {
    name: 'neon',
    what: 'unit tests on 64-bit Arm under qemu',
    run: () => {
      buildPreset('neon', ['unit_tests']);
      testPreset('neon', ['-L', 'unit']);
    },
  },
];
