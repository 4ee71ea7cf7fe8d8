// npm run bench: the native and the JavaScript benchmarks, under the same case names.
//
//   npm run bench                         all cases
//   npm run bench -- --only crps          cases whose name contains the word
//   npm run bench -- --record my-machine  also writes benchmarks/results/my-machine.json; with --only it replaces
//                                         those cases there and keeps the others with the commit they belong to

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { joinResults, updated } from './lib/bench-results.mjs';
import { capture, main, say } from './lib/process.mjs';
import { setup } from './setup.mjs';

await main(async (args) => {
  const { values } = parseArgs({ args, options: { only: { type: 'string' }, record: { type: 'string' } } });
  setup({ tests: true });
  const { buildAll } = await import('./lib/steps.mjs');
  const { buildPreset } = await import('./lib/cmake.mjs');
  const { run } = await import('./lib/toolchain.mjs');
  await buildAll();
  buildPreset('release', ['assay_bench']);

  // Peers are for comparison only; without them the cases run all the same.
  const peers = ['install', '--prefix', 'benchmarks/js', '--no-package-lock', '--no-audit', '--no-fund'];
  if (capture('npm', peers) === undefined)
    say('the peers of benchmarks/js/package.json could not be installed');

  mkdirSync('build/bench', { recursive: true });
  const [native, js] = ['build/bench/native.json', 'build/bench/js.json'];
  const only = values.only ?? '';
  run('build/release/assay_bench', [
    `--benchmark_filter=${only === '' ? '.' : only}`,
    '--benchmark_repetitions=3',
    '--benchmark_min_time=0.2',
    '--benchmark_display_aggregates_only=true',
    `--benchmark_out=${native}`,
    '--benchmark_out_format=json',
  ]);
  run(process.execPath, ['benchmarks/js/main.mjs', '--only', only, '--output', js]);
  if (values.record) {
    const file = `benchmarks/results/${values.record}.json`;
    const measured = joinResults(native, js);
    const before = only !== '' && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
    writeFileSync(file, `${JSON.stringify(before ? updated(before, measured) : measured, null, 2)}\n`);
    say(`written to ${file}`);
  }
});
