// The example of a header's description as calls in JavaScript and C++.

import type { ApiFunction, ApiParameter } from '../.vitepress/api.js';

type Json = number | string | boolean | null | Json[] | { [key: string]: Json };

function jsValue(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(jsValue).join(', ')}]`;
  if (typeof value === 'string') return /^-?(Infinity|NaN)$/.test(value) ? value : `'${value}'`;
  return String(value);
}

/** Wraps a long call so that each argument has its line. */
function call(head: string, parts: string[], tail: string): string {
  const flat = `${head}(${parts.join(', ')})${tail}`;
  return flat.length <= 78 ? flat : `${head}(\n  ${parts.join(',\n  ')},\n)${tail}`.replace(/,\n\)/, '\n)');
}

/** The parameters of the call: those at the end that the example leaves to their defaults are not written. */
function written(f: ApiFunction): readonly ApiParameter[] {
  const example = f.example ?? {};
  if ((f.options?.members ?? []).some((m) => m.name in example)) return f.parameters;
  const last = f.parameters.findLastIndex((p) => p.name in example);
  return f.parameters.slice(0, last + 1);
}

/** The call in JavaScript. */
export function jsExample(f: ApiFunction): string {
  const example = (f.example ?? {}) as Record<string, Json>;
  const positional = written(f).map((p) =>
    p.name in example ? jsValue(example[p.name] ?? null) : 'undefined',
  );
  const options = (f.options?.members ?? [])
    .filter((m) => m.name in example)
    .map((m) => `${m.js}: ${jsValue(example[m.name] ?? null)}`);
  const parts = options.length ? [...positional, `{ ${options.join(', ')} }`] : positional;
  return `import { init } from 'assay';\nimport { ${f.js} } from 'assay/${f.domain}';\nawait init();\n\n${call(f.js, parts, ';')}`;
}

function cppNumber(value: Json): string {
  if (value === 'Infinity') return 'INFINITY';
  if (value === '-Infinity') return '-INFINITY';
  if (value === 'NaN') return 'NAN';
  return String(value);
}

const flatten = (value: Json): Json[] => (Array.isArray(value) ? value.flatMap(flatten) : [value]);

function shapeOf(value: Json): number[] {
  const shape: number[] = [];
  for (let at: Json | undefined = value; Array.isArray(at); at = at[0]) shape.push(at.length);
  return shape;
}

interface Pieces {
  before: string[];
  argument: string;
}

/** An argument as an expression, with the vectors it needs declared before. */
function cppArgument(p: ApiParameter, value: Json, domain: string): Pieces {
  const { kind, name } = p.type;
  if (kind === 'enum')
    return { before: [], argument: `assay::${domain}::${name ?? ''}::${cppEnum(String(value))}` };
  if (kind === 'string') return { before: [], argument: `"${String(value)}"` };
  if (!Array.isArray(value)) return { before: [], argument: cppNumber(value) };
  const shape = shapeOf(value);
  const large = flatten(value).some((x) => typeof x === 'number' && x > 2147483647);
  const element = kind !== 'integers' ? 'double' : large ? 'std::uint32_t' : 'std::int32_t';
  const list = flatten(value).map(cppNumber).join(', ');
  const before = [`const std::vector<${element}> ${p.name} = {${list}};`];
  if (shape.length === 1)
    return { before, argument: kind === 'array' ? `assay::vector_view(${p.name})` : p.name };
  const view = shape.length === 2 ? 'matrix_view' : 'tensor_view';
  const plain = (dtype: string): string =>
    `assay::array_view(${p.name}.data(), assay::dtype::${dtype}, ${shape.length}, {${shape.join(', ')}})`;
  if (kind === 'integers') return { before, argument: `assay::integer_view(${plain('int32')})` };
  if (shape.length > 3) return { before, argument: plain('float64') };
  return { before, argument: `assay::${view}(${p.name}, ${shape.join(', ')})` };
}

/** Words of C++ are written with a trailing underscore. */
const cppEnum = (word: string): string =>
  /^(int|double|float|auto|default|none_)$/.test(word) ? `${word}_` : word;

/** The call in C++. */
export function cppExample(f: ApiFunction): string {
  const example = (f.example ?? {}) as Record<string, Json>;
  const positional = written(f).map((p) => cppArgument(p, example[p.name] ?? p.default, f.domain));
  const options = (f.options?.members ?? [])
    .filter((m) => m.name in example)
    .map((m) => ({ name: m.name, ...cppArgument(m, example[m.name] ?? null, f.domain) }));
  const parts = positional.map((p) => p.argument);
  if (options.length) parts.push(`{${options.map((o) => `.${o.name} = ${o.argument}`).join(', ')}}`);
  const before = [...positional, ...options].flatMap((p) => p.before);
  const includes = [`#include <${f.header}>`, ...(before.length ? ['#include <vector>'] : [])];
  return [
    includes.join('\n'),
    '',
    ...before,
    call(`const auto result = assay::${f.domain}::${f.name}`, parts, ';'),
  ].join('\n');
}
