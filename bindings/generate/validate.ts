// Rules that need the whole model: names that meet in one name space, and the promises of @parallel.
import { HeaderError, type Api, type Callable, type Class, type Member } from './model.js';

export function validate(api: Api): void {
  uniqueJsNames(api);
  for (const callable of api.functions) checkParallel(api, callable);
}

/** Functions, classes and types of a domain become exports of one JavaScript module. */
function uniqueJsNames(api: Api): void {
  for (const { name } of api.domains) {
    const seen = new Map<string, string>();
    for (const item of [...api.functions, ...api.classes, ...api.structs, ...api.enums]) {
      if (item.domain !== name) continue;
      const other = seen.get(item.js);
      if (other) throw new HeaderError(item, `${item.name} and ${other} are both ${item.js} in JavaScript`);
      seen.set(item.js, item.name);
    }
  }
}

/** The letter of the rows: the leading axis of the first array parameter. */
export function rowLetter(callable: Callable): string | null {
  return callable.parameters.find((parameter) => parameter.shapes)?.shapes?.[0]?.[0] ?? null;
}

/** Ranks at which an argument has the rows as its leading axis. */
export function slicedRanks(member: Member, letter: string): number[] {
  return [
    ...new Set((member.shapes ?? []).filter((shape) => shape[0] === letter).map((shape) => shape.length)),
  ];
}

function checkParallel(api: Api, callable: Callable): void {
  if (callable.parallel === null) return;
  if (callable.parallel === 'rows') checkRows(api, callable);
  else checkShards(api, callable, callable.parallel);
}

function checkRows(api: Api, callable: Callable): void {
  const letter = rowLetter(callable);
  if (letter === null) throw new HeaderError(callable, `${callable.name}: @parallel rows without an array`);
  for (const member of [...callable.parameters, ...(callable.options?.members ?? [])]) {
    for (const shape of member.shapes ?? []) {
      const fixed = (member.shapes ?? []).some(
        (other) => other.length === shape.length && (other[0] === letter) !== (shape[0] === letter),
      );
      if (fixed)
        throw new HeaderError(
          callable,
          `${callable.name}: ${member.name} may hold rows or not at rank ${shape.length}`,
        );
      if (shape.slice(1).includes(letter))
        throw new HeaderError(
          callable,
          `${callable.name}: ${member.name} has the rows on another axis than the first`,
        );
    }
  }
  const results =
    callable.returns.type.kind === 'struct'
      ? (api.structs.find((s) => s.domain === callable.domain && s.name === callable.returns.type.name)
          ?.members ?? [])
      : [{ name: 'the result', type: callable.returns.type, shapes: callable.returns.shapes }];
  for (const result of results) {
    if (result.type.kind !== 'array' || !result.shapes?.every((shape) => shape[0] === letter)) {
      throw new HeaderError(
        callable,
        `${callable.name}: @parallel rows, but ${result.name} has no leading axis ${letter}`,
      );
    }
  }
}

function checkShards(api: Api, callable: Callable, name: string): void {
  const owner = api.classes.find((c) => c.domain === callable.domain && c.name === name);
  if (!owner)
    throw new HeaderError(
      callable,
      `${callable.name}: @parallel ${name} names neither rows nor a class of the domain`,
    );
  const takers = takersOf(callable, owner);
  const known = new Set(
    takers.flatMap((taker) => [...taker.parameters, ...(taker.options?.members ?? [])].map((m) => m.name)),
  );
  for (const member of [...callable.parameters, ...(callable.options?.members ?? [])]) {
    if (!known.has(member.name))
      throw new HeaderError(callable, `${callable.name}: ${name} has no argument ${member.name}`);
  }
  const value = owner.methods.find((method) => method.name === 'value');
  if (value && JSON.stringify(value.returns.type) !== JSON.stringify(callable.returns.type)) {
    throw new HeaderError(callable, `${callable.name} and ${name}::value return different types`);
  }
}

/** Who takes the arguments of a sharded function: constructor and update, or the constructor alone. */
function takersOf(callable: Callable, owner: Class): Callable[] {
  if (owner.role === 'model') throw new HeaderError(callable, `${callable.name}: a model cannot be merged`);
  const update =
    owner.role === 'accumulator' ? owner.methods.filter((method) => method.name === 'update') : [];
  return [...(owner.constructor_ ? [owner.constructor_] : []), ...update];
}
