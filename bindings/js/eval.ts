// The eval protocol in JavaScript: one line in, one line out, the same answers as the native assay-eval to the bit.
import { classes, functions } from '../tables/registry.js';
import { define, invokeByName, type ClassSpec, type FunctionSpec, type Manner } from './call.js';
import { AssayError } from './errors.js';
import { objectOf, releaseObject } from './handle.js';

type Json = Readonly<Record<string, unknown>>;

const unknown = define('core.unknown', 'unknown', 'name known owner', '');

/** Answers a request in the form of a line of JSON. Never throws. */
export function evaluateLine(line: string): string {
  let request: unknown;
  try {
    request = parse(line);
  } catch {
    request = undefined;
  }
  const given = isObject(request) ? request['id'] : null;
  const id = typeof given === 'object' ? null : given;
  try {
    return `{"id":${text(id)},"result":${text(evaluate(request))}}`;
  } catch (error) {
    return `{"id":${text(id)},"error":${text(errorFields(error))}}`;
  }
}

function errorFields(error: unknown): Json {
  if (error instanceof AssayError) {
    return { kind: error.kind, code: error.code, argument: error.argument, message: error.message };
  }
  return {
    kind: 'internal',
    code: 'internal',
    argument: '',
    message: error instanceof Error ? error.message : String(error),
  };
}

/** Result of a request, with the names of C++. */
export function evaluate(request: unknown): unknown {
  if (!isObject(request)) refuse('is not a JSON object');
  if (typeof request['id'] === 'object' && request['id'] !== null)
    refuse('has an id that is an array or an object');
  const name = request['function'];
  if (typeof name !== 'string') refuse('names no function');
  return call(name, objectAt(request, 'args'), { float32: isFloat32(request['dtype']), style: 'json' });
}

/** Calls a function by its C++ name with flat arguments as in the eval protocol; the result is that of the facade. */
export function callByName(name: string, args: Json): unknown {
  return call(name, args, { float32: false, style: 'js' });
}

function call(name: string, args: Json, manner: Manner): unknown {
  const spec = findFunction(name, args);
  if (spec) return invokeByName(spec, args, manner);
  const owner = find(classes, name)[0];
  if (owner) return evaluateClass(owner, args, manner);
  const known = byDomain([...Object.keys(functions), ...Object.keys(classes)]).map(
    (full) => full.split('.')[1],
  );
  return invokeByName(unknown, { name, known: known.join('\n') }, manner);
}

/** All functions of a domain, then its classes, domain after domain: the order in which C++ looks. */
function byDomain(names: readonly string[]): string[] {
  const domains = [...new Set(names.map((name) => name.split('.')[0] ?? ''))].sort();
  return domains.flatMap((domain) => names.filter((name) => name.startsWith(`${domain}.`)));
}

function find<T>(table: Readonly<Record<string, T>>, name: string): T[] {
  return Object.entries(table)
    .filter(([full]) => full === name || full.endsWith(`.${name}`))
    .map(([, found]) => found);
}

/** Of several functions with one name, the first whose arguments fit. */
function findFunction(name: string, args: Json): FunctionSpec | undefined {
  const found = find(functions, name);
  const fits = (spec: FunctionSpec) =>
    spec.parameters.slice(0, spec.positional).every(([, cpp]) => cpp in args) &&
    Object.keys(args).every((given) => spec.parameters.some(([, cpp]) => cpp === given));
  return found.find(fits) ?? found[0];
}

// ---- classes ----

function evaluateClass(owner: ClassSpec, args: Json, manner: Manner): unknown {
  const results: unknown[] = [];
  const self = makeObject(owner, args, manner, results);
  try {
    if ('calls' in args) return results;
    if (owner.role !== 'model')
      return invokeByName(methodOf(owner.methods, 'value', owner), {}, manner, self);
    const parameters = invokeByName(methodOf(owner.methods, 'parameters', owner), {}, manner, self) as Json;
    if (!('query' in args)) return parameters;
    const transform = methodOf(owner.methods, 'transform', owner);
    const argument = transform.parameters[0]?.[1] ?? '';
    return { ...parameters, query: invokeByName(transform, { [argument]: args['query'] }, manner, self) };
  } finally {
    releaseObject(self);
  }
}

/** An object from the arguments of its constructor (or of `create`), after its `calls`; their results go to `results`. */
function makeObject(owner: ClassSpec, args: Json, manner: Manner, results: unknown[]): number {
  const { calls, create, query: _, ...own } = args;
  const self = (
    'create' in args ? createBy(owner, create, manner) : invokeByName(owner.make, own, manner)
  ) as number;
  try {
    if (!('calls' in args)) return self;
    if (!Array.isArray(calls)) refuse('must hold its calls as an array');
    for (const step of calls as unknown[]) {
      const method = textAt(step, 'method', 'has a call without a method');
      results.push(callMethod(owner, method, objectAt(step as Json, 'args'), manner, self));
    }
    return self;
  } catch (error) {
    releaseObject(self);
    throw error;
  }
}

function createBy(owner: ClassSpec, create: unknown, manner: Manner): unknown {
  const method = textAt(create, 'method', 'has a create without a method');
  return invokeByName(methodOf(owner.factories, method, owner), objectAt(create as Json, 'args'), manner);
}

function callMethod(owner: ClassSpec, method: string, args: Json, manner: Manner, self: number): unknown {
  const spec = methodOf(owner.methods, method, owner);
  const { other } = args;
  if (method !== 'merge' || !isObject(other)) return invokeByName(spec, args, manner, self);
  const made = makeObject(owner, other, manner, []);
  try {
    return invokeByName(spec, { ...args, other: objectOf(made) }, manner, self);
  } finally {
    releaseObject(made);
  }
}

function methodOf(
  table: Readonly<Record<string, FunctionSpec>>,
  name: string,
  owner: ClassSpec,
): FunctionSpec {
  const found = Object.hasOwn(table, name) ? table[name] : undefined;
  if (found) return found;
  const className = owner.make.name.split('.')[1] ?? '';
  invokeByName(
    unknown,
    { name, known: Object.keys(table).join('\n'), owner: className },
    { float32: false, style: 'json' },
  );
  throw new Error('assay: not reached');
}

// ---- requests ----

function refuse(message: string): never {
  throw new AssayError('value', 'malformed_request', 'request', '', `request ${message}`);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectAt(value: Json, key: string): Json {
  const found = key in value ? value[key] : {};
  if (!isObject(found)) refuse('must hold its arguments as an object');
  return found;
}

function textAt(value: unknown, key: string, otherwise: string): string {
  const found = isObject(value) ? value[key] : undefined;
  return typeof found === 'string' ? found : refuse(otherwise);
}

function isFloat32(dtype: unknown): boolean {
  if (dtype === undefined || dtype === 'float64') return false;
  if (dtype === 'float32') return true;
  return refuse('has a dtype that is neither float64 nor float32');
}

// ---- JSON with all bits ----

/** As JSON.parse, but integers beyond 2^53 keep their 64 bits, and numbers too large for a double are refused. */
function parse(line: string): unknown {
  if (nestsDeeply(line)) return null;
  const marked = /\d{16}/.test(line) ? line.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, keepInteger) : line;
  const special = marked !== line || /[eE]\+?\d{3}|\d{309}/.test(line);
  return JSON.parse(marked, special ? exactNumber : undefined);
}

function exactNumber(_: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError('not a double');
  if (isObject(value) && typeof value['$integer'] === 'string') return BigInt(value['$integer']);
  return value;
}

/** Requests nest a few levels; what nests more would only use up the stack. */
function nestsDeeply(line: string): boolean {
  const deepest = 100;
  let depth = 0;
  for (const token of line.match(/"(?:[^"\\]|\\.)*"?|[[{\]}]/g) ?? []) {
    if (token === '[' || token === '{') depth++;
    else if (token === ']' || token === '}') depth--;
    if (depth > deepest) return true;
  }
  return false;
}

function keepInteger(token: string): string {
  if (!/^-?\d{16,20}$/.test(token) || Number.isSafeInteger(Number(token))) return token;
  const value = BigInt(token);
  return value >= -(2n ** 63n) && value < 2n ** 64n ? `{"$integer":"${token}"}` : token;
}

interface Shaped {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

function isShaped(value: object): value is Shaped {
  return 'data' in value && 'shape' in value && ArrayBuffer.isView(value.data) && Array.isArray(value.shape);
}

/** The JSON text of a result: shortest numbers, words for those that JSON lacks, nested arrays, bytes as base64. */
function text(value: unknown): string {
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'bigint') return value.toString();
  if (value === undefined || value === null) return 'null';
  if (typeof value !== 'object') return JSON.stringify(value);
  if (value instanceof Uint8Array)
    return `"${btoa(Array.from(value, (byte) => String.fromCharCode(byte)).join(''))}"`;
  if (ArrayBuffer.isView(value)) return arrayText(value as unknown as ArrayLike<number>);
  if (Array.isArray(value)) return `[${value.map(text).join(',')}]`;
  if (isShaped(value)) return shapedText(value, 0, value.data.length, 0);
  return `{${Object.entries(value)
    .map(([name, part]) => `${JSON.stringify(name)}:${text(part)}`)
    .join(',')}}`;
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  return Object.is(value, -0) ? '-0' : String(value);
}

function arrayText(values: ArrayLike<number>): string {
  return `[${Array.from(values, numberText).join(',')}]`;
}

function shapedText({ data, shape }: Shaped, first: number, last: number, axis: number): string {
  if (axis === shape.length) return numberText(data[first] ?? NaN);
  const extent = shape[axis] ?? 0;
  const step = extent === 0 ? 0 : (last - first) / extent;
  const parts = Array.from({ length: extent }, (_, i) =>
    shapedText({ data, shape }, first + i * step, first + (i + 1) * step, axis + 1),
  );
  return `[${parts.join(',')}]`;
}
