// Writes the tables behind the facade: every spec by name, how the pool cuts work, the types by the names of the pool.
import { banner, lines, specName } from './emit_js.js';
import type { Api, Callable } from './model.js';
import { rowLetter, slicedRanks } from './validate.js';

export function registry(api: Api): string {
  const classes = api.classes.map((c) => {
    const table = (methods: readonly Callable[]) =>
      `{ ${methods.map((m) => `${m.name}: ${c.domain}.${specName(c, m, false)}`).join(', ')} }`;
    const make = c.constructor_
      ? `${c.domain}.${specName(c, c.constructor_, true)}`
      : `${c.domain}.${c.name}$fit`;
    return [
      `  '${c.domain}.${c.name}': {`,
      `    role: '${c.role}', make: ${make},`,
      `    methods: ${table(c.methods.filter((m) => !m.static))},`,
      `    factories: ${table(c.methods.filter((m) => m.static))},`,
      '  },',
    ];
  });
  return lines(
    banner('every spec by name'),
    "import type { ClassSpec, FunctionSpec } from '../core/call.js';",
    api.domains.map((d) => `import * as ${d.name} from '../specs/${d.name}.js';`),
    '',
    'export const functions: Readonly<Record<string, FunctionSpec>> = {',
    api.functions.map((f) => `  '${f.domain}.${f.name}': ${f.domain}.${f.name},`),
    '};',
    '',
    'export const classes: Readonly<Record<string, ClassSpec>> = {',
    classes.flat(),
    '};',
  );
}

/** Names by which the pool knows a function: `crpsEnsemble`, and always `scoring.crpsEnsemble`. */
function poolNames(api: Api, callable: Callable): string[] {
  const alone = api.functions.filter((f) => f.js === callable.js).length === 1;
  return [...(alone ? [callable.js] : []), `${callable.domain}.${callable.js}`];
}

export function shards(api: Api): string {
  const rows = api.functions.map((f) => `  '${f.domain}.${f.name}': ${shard(api, f)},`);
  const names = api.functions.flatMap((f) =>
    poolNames(api, f)
      .filter((n) => !n.includes('.'))
      .map((n) => `  ${n}: '${f.domain}.${f.name}',`),
  );
  const full = api.functions.map((f) => `  '${f.domain}.${f.js}': '${f.domain}.${f.name}',`);
  return lines(
    banner('how the pool cuts the work of each function'),
    "import type { Shard } from '../core/shard_types.js';",
    '',
    '/** Name in the table of each name that a caller may use. */',
    'export const names: Readonly<Record<string, string>> = {',
    names,
    full,
    '};',
    '',
    'export const shards: Readonly<Record<string, Shard>> = {',
    rows,
    '};',
  );
}

function shard(api: Api, callable: Callable): string {
  if (callable.parallel === null) return "{ kind: 'whole' }";
  const members = [...callable.parameters.map((p) => p), ...(callable.options?.members ?? [])];
  const letter = rowLetter(callable) ?? '';
  const ranks = members
    .map((m) => ({ js: m.js, ranks: slicedRanks(m, letter) }))
    .filter((m) => m.ranks.length > 0)
    .map((m) => `${m.js}: [${m.ranks.join(', ')}]`);
  const positions = `[${callable.parameters.map((p) => `'${p.js}'`).join(', ')}]`;
  if (callable.parallel === 'rows')
    return `{ kind: 'rows', parameters: ${positions}, rows: { ${ranks.join(', ')} } }`;
  const owner = api.classes.find((c) => c.domain === callable.domain && c.name === callable.parallel);
  const name = `${callable.domain}.${callable.parallel}`;
  if (owner?.role === 'simulation') return `{ kind: 'simulation', class: '${name}' }`;
  const made = (owner?.constructor_?.options?.members ?? []).map((m) => `'${m.js}'`).join(', ');
  const update = owner?.methods.find((m) => m.name === 'update');
  const updated = (update?.options?.members ?? []).map((m) => `'${m.js}'`).join(', ');
  return `{ kind: 'accumulator', class: '${name}', parameters: ${positions}, rows: { ${ranks.join(', ')} }, make: [${made}], update: [${updated}] }`;
}

export function functionTypes(api: Api): string {
  return lines(
    banner('the types of all functions, by the names that the pool takes'),
    api.domains.map((d) => `import type * as ${d.name} from '../${d.name}.js';`),
    '',
    'export interface AssayFunctions {',
    api.functions.flatMap((f) =>
      poolNames(api, f).map((n) => `  readonly '${n}': typeof ${f.domain}.${f.js};`),
    ),
    '}',
  );
}
