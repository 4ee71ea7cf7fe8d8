// What the two benchmark programs measured, as one file that can be compared and kept.

import { readFileSync } from 'node:fs';
import { capture } from './process.mjs';

const parse = (path) => JSON.parse(readFileSync(path, 'utf8'));
const rounded = (value) => (value == null ? null : Number(value.toPrecision(3)));

/** Fastest repetition of every native benchmark. */
function nativeCases({ benchmarks, context }) {
  const bandwidth = Number(context.copy_bandwidth_bytes_per_second);
  const peak = Number(context.peak_operations_per_second);
  const fastest = new Map();
  for (const run of benchmarks.filter(({ run_type: type }) => type === 'iteration')) {
    const ns = run.items_per_second ? 1e9 / run.items_per_second : run.cpu_time;
    const share = run.bytes_per_second ? run.bytes_per_second / bandwidth : null;
    const operations = run.operations_per_second ? run.operations_per_second / peak : null;
    if (!(fastest.get(run.run_name)?.ns <= ns)) fastest.set(run.run_name, { ns, share, operations });
  }
  return fastest;
}

/**
 * Joins the results of both programs by case. What only one of them has, and what has no plain JavaScript, is null.
 *
 * @param native  path of Google Benchmark's JSON
 * @param js      path of benchmarks/js/main.mjs's JSON
 */
export function joinResults(native, js) {
  const nativeFile = parse(native);
  const jsFile = parse(js);
  const nativeByName = nativeCases(nativeFile);
  const jsByName = new Map(jsFile.results.map((result) => [result.name, result]));
  const names = [...new Set([...nativeByName.keys(), ...jsByName.keys()])];
  const changed =
    capture('git', ['status', '--porcelain', 'src', 'bindings', 'cmake', 'benchmarks']).trim() !== '';
  return {
    machine: {
      ...jsFile.machine,
      instruction_set: nativeFile.context.isa,
      native_gigaoperations_per_second: rounded(Number(nativeFile.context.peak_operations_per_second) / 1e9),
      native_copy_gb_per_second: rounded(Number(nativeFile.context.copy_bandwidth_bytes_per_second) / 1e9),
      wasm_copy_gb_per_second: rounded(jsFile.copy_bandwidth_bytes_per_second / 1e9),
    },
    flags: nativeFile.context.flags,
    commit: capture('git', ['rev-parse', '--short', 'HEAD']).trim() + (changed ? ' with changes' : ''),
    date: nativeFile.context.date.slice(0, 10),
    unit:
      'ns for each element, member, forecast, grid point, logit, replicate, tournament or call: ' +
      'the fastest of several runs on one thread',
    cases: names.map((name) => {
      const { ns, share, operations } = nativeByName.get(name) ?? {};
      const page = jsByName.get(name);
      return {
        name,
        native: rounded(ns),
        native_share_of_bandwidth: rounded(share),
        ...(operations && { native_share_of_operations: rounded(operations) }),
        wasm: rounded(page?.ns),
        wasm_share_of_bandwidth: rounded(page?.share_of_bandwidth),
        plain_javascript: rounded(page?.ns_plain_javascript),
        wasm_times_faster_than_plain_javascript: rounded(page?.times_plain_javascript),
        ...(page?.peer && { peer: page.peer, peer_ns: rounded(page.ns_peer) }),
      };
    }),
  };
}

/** Results with the cases measured now, and those of before that were not, marked with their commit. */
export function updated(before, now) {
  const measured = new Set(now.cases.map(({ name }) => name));
  const kept = before.cases
    .filter(({ name }) => !measured.has(name))
    .map((result) => ({ ...result, commit: result.commit ?? before.commit }));
  return { ...now, cases: [...now.cases, ...kept] };
}
