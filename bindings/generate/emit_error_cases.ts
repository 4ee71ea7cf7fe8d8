// Wrong arguments for every function, made from its @example: the tests run them natively and in JavaScript.
import type { Api, Callable, Member } from './model.js';

type Arguments = Record<string, unknown>;

interface ErrorCase {
  readonly id: string;
  readonly function: string;
  readonly args: Arguments;
  /** Codes that are right; null when any is. */
  readonly codes: readonly string[] | null;
  /** Arguments that may be blamed. */
  readonly arguments: readonly string[];
}

export function emitErrorCases(api: Api): string {
  const cases = api.functions.flatMap((callable) => [
    ...callable.parameters.flatMap((parameter) => ofParameter(callable, parameter)),
    ...(callable.options?.members ?? []).flatMap((option) => ofOption(callable, option)),
    errorCase(callable, 'unknown_option', { no_such_option: 1 }, ['unknown_option'], ['no_such_option']),
  ]);
  return JSON.stringify({ cases }, null, 1) + '\n';
}

function errorCase(
  callable: Callable,
  what: string,
  change: Arguments,
  codes: readonly string[] | null,
  blamed: readonly string[],
): ErrorCase {
  const args: Arguments = { ...callable.example, ...change };
  for (const name of Object.keys(change)) if (change[name] === undefined) delete args[name];
  return {
    id: `${callable.domain}.${callable.name}/${what}`,
    function: `${callable.domain}.${callable.name}`,
    args,
    codes,
    arguments: blamed,
  };
}

function ofParameter(callable: Callable, parameter: Member): ErrorCase[] {
  const { name } = parameter;
  const value = callable.example?.[name];
  const made = ofType(callable, parameter);
  if (parameter.required)
    made.push(errorCase(callable, `${name} missing`, { [name]: undefined }, ['missing_argument'], [name]));
  if (!Array.isArray(value)) return made;
  made.push(...ofArray(callable, parameter, value));
  return made;
}

function ofOption(callable: Callable, option: Member): ErrorCase[] {
  return ofType(callable, option);
}

/** A value of another type, and for words a word that does not exist. */
function ofType(callable: Callable, member: Member): ErrorCase[] {
  const wrong = member.type.kind === 'string' ? 7 : { no: 'such type' };
  const made = [
    errorCase(
      callable,
      `${member.name} of a wrong type`,
      { [member.name]: wrong },
      ['wrong_type'],
      [member.name],
    ),
  ];
  if (member.type.kind === 'enum') {
    made.push(
      errorCase(
        callable,
        `${member.name} an unknown word`,
        { [member.name]: 'no_such_word' },
        ['unknown_name'],
        [member.name],
      ),
    );
  }
  if (member.type.kind === 'int64' || member.type.kind === 'uint64') {
    made.push(
      errorCase(
        callable,
        `${member.name} not an integer`,
        { [member.name]: 1.5 },
        ['wrong_type'],
        [member.name],
      ),
    );
  }
  return made;
}

function ofArray(callable: Callable, parameter: Member, value: readonly unknown[]): ErrorCase[] {
  const { name } = parameter;
  const made: ErrorCase[] = [];
  if (!parameter.may_be_empty) {
    made.push(
      errorCase(
        callable,
        `${name} empty`,
        { [name]: [] },
        ['empty_input', 'length_mismatch'],
        sharing(callable, parameter),
      ),
    );
  }
  const deepest = Math.max(...(parameter.shapes ?? []).map((shape) => shape.length));
  if (deepest < 3 && parameter.type.kind !== 'broadcast') {
    made.push(
      errorCase(
        callable,
        `${name} with an axis too many`,
        { [name]: nested(value, deepest - rankOf(value) + 1) },
        ['wrong_rank'],
        [name],
      ),
    );
  }
  if (Array.isArray(value[0])) {
    const ragged = [...value, [...(value[0] as unknown[]), (value[0] as unknown[])[0]]];
    made.push(errorCase(callable, `${name} ragged`, { [name]: ragged }, ['length_mismatch'], [name]));
  }
  if (!parameter.nan_allowed && parameter.type.kind !== 'integers') {
    made.push(errorCase(callable, `${name} with NaN`, { [name]: withFirst(value, 'NaN') }, null, [name]));
  }
  const others = sharing(callable, parameter);
  if (others.length > 1) {
    const longer = [...value, value[value.length - 1]];
    made.push(errorCase(callable, `${name} longer`, { [name]: longer }, ['length_mismatch'], others));
  }
  return made;
}

/** Arrays of the example that have the parameter's leading axis, itself first. */
function sharing(callable: Callable, parameter: Member): string[] {
  const letter = parameter.shapes?.[0]?.[0];
  const others = [...callable.parameters, ...(callable.options?.members ?? [])].filter(
    (other) =>
      other !== parameter &&
      other.shapes?.[0]?.[0] === letter &&
      Array.isArray(callable.example?.[other.name]),
  );
  return [parameter, ...others].map((member) => member.name);
}

function rankOf(value: unknown): number {
  return Array.isArray(value) ? 1 + rankOf(value[0]) : 0;
}

function nested(value: unknown, times: number): unknown {
  return times <= 0 ? value : nested([value], times - 1);
}

function withFirst(value: unknown, first: unknown): unknown {
  return Array.isArray(value) ? [withFirst(value[0], first), ...value.slice(1)] : first;
}
