// JavaScript benchmarks: every case of the package beside plain JavaScript in one run, in time for each element and as a
// share of the measured memory bandwidth.
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
  // Twice in turn, for what else the machine does comes in spells.
  const first = [await nanoseconds(run.assay), await nanoseconds(run.plain)];
  const assay = Math.min(first[0], await nanoseconds(run.assay));
  const plain = Math.min(first[1], await nanoseconds(run.plain));
  const other = await peerOf(name, run.data);
  const peer = other && (await nanoseconds(other.call)) / elements;
  run.release();
  const share = bytes / (assay * 1e-9) / bandwidth;
  const result = {
    name,
    unit,
    ns: assay / elements,
    ns_plain_javascript: plain / elements,
    times_plain_javascript: plain / assay,
    share_of_bandwidth: bytes === 0 ? null : share,
    ...(other && { peer: other.peer, ns_peer: peer }),
  };
  results.push(result);
  const memory = bytes === 0 ? '' : `, ${(100 * share).toFixed(0)} % of bandwidth`;
  console.log(
    `${name}  ${result.ns.toPrecision(3)} ns/${unit}, plain JavaScript ${result.ns_plain_javascript.toPrecision(3)}, ` +
      `${result.times_plain_javascript.toFixed(1)} times${memory}` +
      (other ? `, ${other.peer} ${peer.toPrecision(3)}` : ''),
  );
}
const slower = results.filter((r) => r.times_plain_javascript <= 1 && !overheadCases.has(r.name));
for (const { name } of slower) console.log(`slower than plain JavaScript: ${name}`);
if (options.output !== undefined) {
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', node: process.version, v8: process.versions.v8 };
  writeFileSync(
    options.output,
    `${JSON.stringify({ machine, copy_bandwidth_bytes_per_second: bandwidth, results }, null, 2)}\n`,
  );
}
