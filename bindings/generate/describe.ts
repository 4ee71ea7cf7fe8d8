// The smaller questions of assembling: shapes, element types, defaults, examples and signatures.
import { splitShapes, type Comment, type Source, type Text } from './comments.js';
import type { RawFunction, RawParameter } from './doxygen.js';
import { HeaderError, type ElementType, type Member, type Place, type Shape, type TypeRef } from './model.js';
import { plain } from './names.js';
import { isArray, rankOf } from './types.js';

export function placeOf(place: Place): Place {
  return { file: place.file, line: place.line };
}

export function joined(comment: Comment): string {
  return [comment.brief, comment.details]
    .filter((text) => text !== '')
    .join(' ')
    .replace(/\s+/g, ' ');
}

export function findLine(source: Source, pattern: RegExp, first: number, last: number): number {
  for (let line = first; line <= last; line++) if (pattern.test(source.lines[line - 1] ?? '')) return line;
  return first;
}

export function shaped(
  type: TypeRef,
  text: string,
  place: Place,
  what: string,
  result: boolean,
): { shapes: readonly Shape[] | null; rest: string } {
  if (!isArray(type.kind)) return { shapes: null, rest: text };
  const { shapes, rest } = splitShapes(text);
  if (type.kind === 'reduced') return { shapes, rest };
  if (!shapes) throw new HeaderError(place, `${what} has no shape, such as (n, m), before its text`);
  for (const shape of shapes) {
    const bad = shape.find((axis) => !/^[a-z0-9][a-z0-9_ +*/-]*$/i.test(axis));
    if (bad !== undefined) throw new HeaderError(place, `${what}: "${bad}" is no extent`);
    const rank = rankOf(type.kind);
    const broadcast = type.kind === 'broadcast' && shape.length === 1;
    if (
      (rank !== null && shape.length !== rank && !broadcast) ||
      shape.length > 4 ||
      (!result && shape.length === 0)
    ) {
      throw new HeaderError(place, `${what}: shape (${shape.join(', ')}) does not fit a ${type.kind}`);
    }
  }
  return { shapes, rest };
}

/** Gradients have the type of the input; counts say which integer they are; all else is float64. */
export function elementOf(name: string, text: string): ElementType {
  if (/\buint32\b|unsigned 32-bit/.test(text)) return 'uint32';
  if (/\bint32\b/.test(text)) return 'int32';
  return /^(grad|d)(_|$)/.test(name) || /input's (precision|type)|(precision|type) of the input/.test(text)
    ? 'real'
    : 'float64';
}

export function defaultText(initializer: string | null): string | null {
  if (initializer === null || initializer === '{}') return null;
  const infinity = /^(-?)std::numeric_limits<double>::infinity\(\)$/.exec(initializer);
  if (infinity) return `${infinity[1] ?? ''}Infinity`;
  return plain(initializer.replace(/^.*::/, ''));
}

/** The word that asks for the default of a number: said as "default: `word`". */
export function wordOf(type: TypeRef, text: string): string | null {
  if (type.kind !== 'broadcast') return null;
  return /default: `([a-z_]+)`/.exec(text)?.[1] ?? null;
}

export function exampleOf(
  text: Text | undefined,
  parameters: readonly Member[],
  options: readonly Member[],
): Record<string, unknown> | null {
  if (!text) return null;
  let example: unknown;
  try {
    example = JSON.parse(text.text);
  } catch {
    throw new HeaderError(text, '@example is not JSON on one line');
  }
  if (typeof example !== 'object' || example === null || Array.isArray(example))
    throw new HeaderError(text, '@example is not an object');
  const known = [...parameters, ...options].map((member) => member.name);
  for (const name of Object.keys(example)) {
    if (!known.includes(name)) throw new HeaderError(text, `@example: there is no argument ${name}`);
  }
  for (const parameter of parameters) {
    if (parameter.required && !(parameter.name in example))
      throw new HeaderError(text, `@example lacks ${parameter.name}`);
  }
  return example as Record<string, unknown>;
}

export function signatureCpp(raw: RawFunction): string {
  const tidy = (type: string) =>
    type
      .replace(/< /g, '<')
      .replace(/ >/g, '>')
      .replace(/ ([&*])/g, '$1');
  const parameters = raw.parameters.map(
    (p) => `${tidy(p.type)} ${p.name}${p.default === null ? '' : ` = ${p.default}`}`,
  );
  const head = `${raw.static ? 'static ' : ''}${tidy(raw.type)} ${raw.name}`.trim();
  return `${head}(${parameters.join(', ')})${/\bconst\b/.test(raw.suffix) ? ' const' : ''}`;
}

/** Only plain values may be left out, and only at the end. */
export function checkDefault(
  parameter: RawParameter,
  type: TypeRef,
  before: readonly Member[],
  raw: RawFunction,
  what: string,
): void {
  if (parameter.default === null) {
    if (before.some((member) => !member.required))
      throw new HeaderError(raw, `${what}: ${parameter.name} must have a default as those before it`);
  } else if (!['enum', 'number', 'boolean', 'int64', 'uint64', 'broadcast'].includes(type.kind)) {
    throw new HeaderError(raw, `${what}: ${parameter.name} cannot have a default; make it an option`);
  }
}
