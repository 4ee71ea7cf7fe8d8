// C++ types as written in the headers -> types of the vocabulary.
import { HeaderError, type Place, type TypeKind, type TypeRef } from './model.js';

/** Public names of one domain that a type may refer to. */
export interface Names {
  readonly enums: ReadonlySet<string>;
  readonly structs: ReadonlySet<string>;
  readonly classes: ReadonlySet<string>;
}

const parameterTypes: ReadonlyMap<string, TypeKind> = new Map([
  ['vector_view', 'vector'],
  ['matrix_view', 'matrix'],
  ['tensor_view', 'tensor'],
  ['array_view', 'array'],
  ['integer_view', 'integers'],
  ['broadcast_view', 'broadcast'],
  ['double', 'number'],
  ['bool', 'boolean'],
  ['std::int64_t', 'int64'],
  ['std::uint64_t', 'uint64'],
  ['std::optional<double>', 'optional_number'],
  ['std::optional<std::int64_t>', 'optional_int64'],
  ['std::string_view', 'string'],
  ['std::span<const std::byte>', 'bytes'],
]);

const resultTypes: ReadonlyMap<string, TypeKind> = new Map([
  ['void', 'void'],
  ['double', 'number'],
  ['bool', 'boolean'],
  ['std::int64_t', 'int64'],
  ['std::uint64_t', 'uint64'],
  ['array', 'array'],
  ['reduced', 'reduced'],
  ['std::string', 'string'],
  ['std::vector<std::byte>', 'bytes'],
]);

/** `const  scoring::x  &` -> `x`, spaces and the domain's own qualifier removed. */
export function bareType(type: string, domain: string): string {
  return type
    .replace(/\s+/g, ' ')
    .replace(/\s*([<>&*,])\s*/g, '$1')
    .replace(new RegExp(`(?:assay::)?${domain}::`, 'g'), '')
    .replace(/^assay::/, '')
    .trim();
}

/** Type of a parameter or of an option. */
export function parameterType(type: string, domain: string, names: Names, place: Place): TypeRef {
  const bare = bareType(type, domain);
  const kind = parameterTypes.get(bare);
  if (kind) return { kind };
  if (names.enums.has(bare)) return { kind: 'enum', name: bare };
  const referred = /^const (\w+)&$/.exec(bare)?.[1];
  if (referred && names.structs.has(referred)) return { kind: 'struct', name: referred };
  if (referred && names.classes.has(referred)) return { kind: 'class', name: referred };
  throw new HeaderError(place, `type "${bare}" cannot be a parameter or an option`);
}

/** Type of a result or of a member of a result. */
export function resultType(type: string, domain: string, names: Names, place: Place): TypeRef {
  const bare = bareType(type, domain);
  const kind = resultTypes.get(bare);
  if (kind) return { kind };
  if (names.enums.has(bare)) return { kind: 'enum', name: bare };
  if (names.structs.has(bare)) return { kind: 'struct', name: bare };
  if (names.classes.has(bare)) return { kind: 'class', name: bare };
  const element = /^std::vector<(\w+)>$/.exec(bare)?.[1];
  if (element && names.structs.has(element)) return { kind: 'list', name: element };
  throw new HeaderError(place, `type "${bare}" cannot be a result`);
}

/** Ranks that the type alone fixes; null when the documented shapes do. */
export function rankOf(kind: TypeKind): number | null {
  return kind === 'vector' || kind === 'broadcast' ? 1 : kind === 'matrix' ? 2 : kind === 'tensor' ? 3 : null;
}

export function isArray(kind: TypeKind): boolean {
  return ['vector', 'matrix', 'tensor', 'array', 'integers', 'broadcast', 'reduced'].includes(kind);
}
