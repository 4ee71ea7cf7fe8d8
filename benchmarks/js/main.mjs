// JavaScript benchmarks: every case of the package, beside plain JavaScript in one run where that has a counterpart, in
// time for each element and as a share of the measured memory bandwidth.
//
//   node benchmarks/js/main.mjs [--only PART-OF-NAME] [--output FILE.json]
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { measure } from 'mitata';
import { init } from '../../dist/index.js';
import { cases, overheadCases } from './cases.mjs';
import { peerOf } from './peers.mjs';

const { values: options } = parseArgs({ options: { only: { type: 'string' }, output: { type: 'string' } } });

/** Fastest of several runs in nanoseconds, after the engine had half a second to optimise. */
async function nanoseconds(call) {
  const until = performance.now() + 500;
  do call();
  while (performance.now() < until);
  const stats = await measure(call, { min_cpu_time: 400e6, min_samples: 4 });
  return stats.min;
}

/** Bytes read and written a second by a copy of 128 MiB. */
async function copyBandwidth() {
  const source = new Float64Array(2 ** 24).fill(1);
  const target = new Float64Array(2 ** 24);
  return (2 * source.byteLength) / ((await nanoseconds(() => target.set(source))) * 1e-9);
}

await init();
const bandwidth = await copyBandwidth();
console.log(`copy bandwidth ${(bandwidth / 1e9).toFixed(1)} GB/s`);
const results = [];
for (const { name, unit, elements, bytes, prepare } of cases) {
  if (options.only !== undefined && !name.includes(options.only)) continue;
  const run = prepare();
  let [assay, plain] = [Infinity, Infinity];
  // Twice in turn, for what else the machine does comes in spells.
  for (let turn = 0; turn < 2; turn++) {
    assay = Math.min(assay, await nanoseconds(run.assay));
    if (run.plain) plain = Math.min(plain, await nanoseconds(run.plain));
  }
  const other = await peerOf(name, run.data);
  const peer = other && (await nanoseconds(other.call)) / elements;
  run.release();
  const share = bytes / (assay * 1e-9) / bandwidth;
  const result = {
    name,
    unit,
    ns: assay / elements,
    ns_plain_javascript: run.plain ? plain / elements : null,
    times_plain_javascript: run.plain ? plain / assay : null,
    share_of_bandwidth: bytes === 0 ? null : share,
    ...(other && { peer: other.peer, ns_peer: peer }),
  };
  results.push(result);
  const beside = run.plain
    ? `, plain JavaScript ${(plain / elements).toPrecision(3)}, ${(plain / assay).toFixed(1)} times`
    : '';
  const memory = bytes === 0 ? '' : `, ${(100 * share).toFixed(0)} % of bandwidth`;
  console.log(
    `${name}  ${result.ns.toPrecision(3)} ns/${unit}${beside}${memory}` +
      (other ? `, ${other.peer} ${peer.toPrecision(3)}` : ''),
  );
}
const isSlower = (result) => result.times_plain_javascript !== null && result.times_plain_javascript <= 1;
const slower = results.filter((result) => isSlower(result) && !overheadCases.has(result.name));
for (const { name } of slower) console.log(`slower than plain JavaScript: ${name}`);
if (options.output !== undefined) {
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', node: process.version, v8: process.versions.v8 };
  writeFileSync(
    options.output,
    `${JSON.stringify({ machine, copy_bandwidth_bytes_per_second: bandwidth, results }, null, 2)}\n`,
  );
}
