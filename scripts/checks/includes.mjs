// The dependency rule: who may include whom. `core` includes only `core`; a domain includes `core` and itself, and
// what `edges` allows; bindings include only public headers; kernel headers include nothing that could leave a weak
// symbol in an object compiled for one instruction set; there are no cycles.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow } from '../lib/stamp.mjs';
import { root } from '../lib/process.mjs';

/** The edges between domains: domain -> domains whose public headers it may include. */
const edges = {
  core: [],
  elementary: [],
  scoring: [],
  calibration: [],
  losses: [],
  tournament: [],
};

// Headers without functions that would be compiled again in each kernel unit.
const kernelStandardHeaders = new Set([
  'cstddef',
  'cstdint',
  'type_traits',
  'limits',
  'bit',
  'array',
  'utility',
]);

const isKernelHeader = (path) =>
  /\.kernel\.hpp$|\/kernels_impl\.hpp$|\/core\/(simd|vmath)\/[^/]*\.hpp$/.test(path);
const isPrivateHeader = (path) =>
  /\.kernel\.hpp$|\/kernels(_impl)?\.hpp$|\/core\/(simd|vmath)\/|\/internal\/|\/dispatch\.hpp$/.test(path);
const domainOf = (path) => /assay\/([a-z_]+)\//.exec(path)?.[1];

/** The broken rules, one text each. */
export function brokenIncludeRules() {
  const library = cpp('src');
  const included = new Map(library.map((path) => [path, includesOf(path)]));
  return [
    ...library.flatMap((path) => brokenIn(path, included.get(path))),
    ...cpp('bindings').flatMap((path) => brokenInBindings(path, includesOf(path))),
    ...cycles(included),
  ];
}

const cpp = (folder) => filesBelow(folder).filter((path) => /\.(cpp|hpp|cu)$/.test(path));

function includesOf(path) {
  const text = readFileSync(join(root, path), 'utf8');
  return [...text.matchAll(/^\s*#\s*include\s*(<([^>]+)>|"([^"]+)")/gm)].map(([, , system, own]) => ({
    system,
    own,
    line: text.slice(0, text.indexOf(own ?? `<${system}>`)).split('\n').length,
  }));
}

function brokenIn(path, includes) {
  const domain = domainOf(path);
  const allowed = new Set(['core', domain, ...(edges[domain] ?? [])]);
  return includes.flatMap(({ system, own, line }) => {
    if (own !== undefined) {
      if (!own.startsWith('assay/')) return [`${path}:${line}: "${own}" must be written as "assay/..."`];
      const target = domainOf(own);
      if (target === 'backend' && path !== 'src/assay/core/dispatch.hpp' && domain !== 'backend') {
        return [`${path}:${line}: only the dispatch file may include ${own}`];
      }
      if (domain !== 'backend' && !allowed.has(target))
        return [`${path}:${line}: ${domain} may not include ${own}`];
      if (target !== domain && target !== 'core' && isPrivateHeader(own)) {
        return [`${path}:${line}: ${own} is private to ${target}`];
      }
      return [];
    }
    const isFine = system.startsWith('xsimd/') || kernelStandardHeaders.has(system);
    return isKernelHeader(path) && !isFine
      ? [`${path}:${line}: a kernel header may not include <${system}>`]
      : [];
  });
}

function brokenInBindings(path, includes) {
  return includes
    .filter(({ own }) => own?.startsWith('assay/') && isPrivateHeader(own))
    .map(({ own, line }) => `${path}:${line}: bindings may include public headers only, not ${own}`);
}

/** Cycles of headers, each told once. */
function cycles(included) {
  const found = [];
  const state = new Map();
  const visit = (path, trail) => {
    if (state.get(path) === 'done' || !included.has(path)) return;
    if (state.get(path) === 'open') {
      found.push(`cycle of includes: ${[...trail.slice(trail.indexOf(path)), path].join(' -> ')}`);
      return;
    }
    state.set(path, 'open');
    for (const { own } of included.get(path)) if (own) visit(`src/${own}`, [...trail, path]);
    state.set(path, 'done');
  };
  for (const path of included.keys()) visit(path, []);
  return found;
}
