// Vocabulary types as TypeScript spells them.
import type { Callable, ElementType, Member, Returns, Shape, TypeRef } from './model.js';
import { pascalCase } from './names.js';

/** Type of an argument or option. */
export function inputType(member: Member): string {
  switch (member.type.kind) {
    case 'vector':
      return 'Vector';
    case 'matrix':
      return 'Matrix';
    case 'tensor':
      return 'Tensor';
    case 'array':
      return unionOf(
        member.shapes ?? [],
        (shape) => ['Vector', 'Matrix', 'Tensor', 'Field'][shape.length - 1] ?? 'Vector',
      );
    case 'integers':
      return unionOf(member.shapes ?? [], (shape) => ['Labels', 'LabelMatrix'][shape.length - 1] ?? 'Labels');
    case 'broadcast':
      return member.word === null ? 'number | Vector' : `number | Vector | '${member.word}'`;
    case 'number':
    case 'int64':
    case 'optional_number':
    case 'optional_int64':
      return 'number';
    case 'uint64':
      return 'number | bigint';
    case 'boolean':
      return 'boolean';
    case 'string':
      return 'string';
    case 'bytes':
      return 'Uint8Array';
    default:
      return pascalCase(member.type.name ?? 'unknown');
  }
}

/** Type of a result; `out` of the options may replace the array. */
export function outputType(returns: Pick<Returns, 'type' | 'shapes' | 'element'>): string {
  switch (returns.type.kind) {
    case 'void':
      return 'void';
    case 'array':
      return unionOf(returns.shapes ?? [], (shape) => arrayType(shape, returns.element));
    case 'reduced':
      return 'number | Float64Array';
    case 'string':
      return 'string';
    case 'bytes':
      return 'Uint8Array';
    case 'boolean':
      return 'boolean';
    case 'number':
    case 'int64':
    case 'uint64':
      return 'number';
    case 'list':
      return `${pascalCase(returns.type.name ?? '')}[]`;
    default:
      return pascalCase(returns.type.name ?? 'unknown');
  }
}

const elementTypes: Readonly<Record<ElementType, string>> = {
  float64: 'Float64Array',
  real: 'RealArray',
  int32: 'Int32Array',
  uint32: 'Uint32Array',
};

function arrayType(shape: Shape, element: ElementType | null): string {
  const elements = elementTypes[element ?? 'float64'];
  if (shape.length < 2) return elements;
  const extents = shape.map(() => 'number').join(', ');
  return `NdArray<[${extents}], ${elements}>`;
}

function unionOf(shapes: readonly Shape[], typeOf: (shape: Shape) => string): string {
  return [...new Set(shapes.map(typeOf))].join(' | ');
}

/** Whether the result follows the option `reduction`. */
export function isReduced(callable: Pick<Callable, 'returns'>): boolean {
  return callable.returns.type.kind === 'reduced';
}

/** `crpsEnsemble(observations: Vector, members: Matrix, options?: CrpsEnsembleOptions): Float64Array` */
export function signatureJs(
  callable: Pick<Callable, 'js' | 'parameters' | 'options' | 'returns' | 'static'>,
): string {
  const parameters = callable.parameters.map(
    (member) => `${member.js}${member.required ? '' : '?'}: ${inputType(member)}`,
  );
  if (callable.options) parameters.push(`options?: ${pascalCase(callable.options.struct)}`);
  return `${callable.static ? 'static ' : ''}${callable.js}(${parameters.join(', ')}): ${outputType(callable.returns)}`;
}

export type { TypeRef };
