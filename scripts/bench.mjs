// npm run bench: the native and the JavaScript benchmarks, under the same case names.
//
//   npm run bench                         all cases
//   npm run bench -- --only crps          cases whose name contains the word
//   npm run bench -- --record my-machine  also writes benchmarks/results/my-machine-{native,js}.json

import { parseArgs } from 'node:util';
import { main } from './lib/process.mjs';
import { setup } from './setup.mjs';

await main(async (args) => {
  const { values } = parseArgs({ args, options: { only: { type: 'string' }, record: { type: 'string' } } });
  setup({ tests: true });
  const { buildAll } = await import('./lib/steps.mjs');
  const { buildPreset } = await import('./lib/cmake.mjs');
  const { run } = await import('./lib/toolchain.mjs');
  await buildAll();
  buildPreset('release', ['assay_bench']);

  const native = [];
  const js = [];
  if (values.only) {
    native.push(`--benchmark_filter=${values.only}`);
    js.push('--only', values.only);
  }
  if (values.record) {
    const file = (kind) => `benchmarks/results/${values.record}-${kind}.json`;
    native.push(`--benchmark_out=${file('native')}`, '--benchmark_out_format=json');
    js.push('--output', file('js'));
  }
  run('build/release/assay_bench', native);
  run(process.execPath, ['benchmarks/js/main.mjs', ...js]);
});
