// One call of a function of the library: arguments staged, exported function run, result or error read.
import { cellBytes, frameBytes, type Style } from './cell.js';
import { decode, readText, type Target } from './decode.js';
import { AssayError, type ErrorKind } from './errors.js';
import { beginArena, buffer, endArena, hasViews, HeapArray, refresh, take, u32 } from './memory.js';
import { instance, isWatched } from './module.js';
import { isOwnView, stage, textAt, type Staging } from './stage.js';
import type { NumericArray } from './types.js';

/** What the facade knows of a function, made by the generator. */
export interface FunctionSpec {
  /** 'scoring.crps_ensemble': the name of the export. */
  readonly name: string;
  /** 'crpsEnsemble' */
  readonly js: string;
  /** Positional arguments, then options: [JavaScript name, C++ name]. */
  readonly parameters: readonly (readonly [string, string])[];
  readonly positional: number;
  /** Index of an option by its JavaScript name. */
  readonly options: ReadonlyMap<string, number>;
  /** The function itself, once it was called. */
  run: ((frame: number) => number) | undefined;
}

/** What evaluation by name knows of a class. */
export interface ClassSpec {
  readonly role: 'accumulator' | 'model' | 'simulation';
  readonly make: FunctionSpec;
  readonly methods: Readonly<Record<string, FunctionSpec>>;
  readonly factories: Readonly<Record<string, FunctionSpec>>;
}

/** Names as the generator writes them: 'alpha ensembleSize=ensemble_size'. */
function parse(names: string): (readonly [string, string])[] {
  if (names === '') return [];
  return names.split(' ').map((name) => {
    const [js = '', cpp = js] = name.split('=');
    return [js, cpp];
  });
}

export function define(name: string, js: string, positional: string, options: string): FunctionSpec {
  const first = parse(positional);
  const second = parse(options);
  return {
    name,
    js,
    parameters: [...first, ...second],
    positional: first.length,
    options: new Map(second.map(([option], i) => [option, first.length + i])),
    run: undefined,
  };
}

const handles = new WeakMap<object, number>();

/** The handle of an object of the library; 0 after its disposal. */
export function handleOf(value: object): number | undefined {
  return handles.get(value);
}

export function setHandle(value: object, handle: number): void {
  handles.set(value, handle);
}

const flagFloat32 = 1;
const flagJson = 2;
const flagWatched = 4;

// 32-bit words of a frame
const frameCells = 0;
const frameCount = 1;
const frameFlags = 2;
const frameSelf = 3;
const frameUnknown = 4;
const frameOutput = 6;

/** How a call by C++ names is made: whether real arrays become float32, and how results and errors are spelled. */
export interface Manner {
  readonly float32: boolean;
  readonly style: Style;
}

/** Calls a function with positional arguments and options; `self` is the object of a method. */
export function invoke(spec: FunctionSpec, args: readonly unknown[], options?: object, self = 0): unknown {
  const frame = open(spec, 'js');
  try {
    const cells = frame + frameBytes;
    // Views into the library's memory come first: a copy may let the memory grow, and they would be gone.
    if (hasViews) stageAll(spec, args, options, cells, true);
    stageAll(spec, args, options, cells, false);
    return run(spec, frame, 0, self, 'js', options && targetOf(spec, options, frame));
  } finally {
    close(spec);
  }
}

/** Stages the arguments that are views into the library's memory, or those that are not. */
function stageAll(
  spec: FunctionSpec,
  args: readonly unknown[],
  options: object | undefined,
  cells: number,
  own: boolean,
): void {
  for (let i = 0; i < spec.positional; i++) {
    const value = args[i];
    if (isOwnView(value) === own) stage(value, cells + i * cellBytes, staging);
  }
  if (options !== undefined) stageOptions(spec, options, cells, own);
}

/** Calls a function with flat arguments under their C++ names, as the eval protocol does. */
export function invokeByName(
  spec: FunctionSpec,
  args: Readonly<Record<string, unknown>>,
  manner: Manner,
  self = 0,
): unknown {
  const frame = open(spec, 'json');
  try {
    for (const name of Object.keys(args)) {
      const index = spec.parameters.findIndex(([, cpp]) => cpp === name);
      if (index >= 0) stage(args[name], frame + frameBytes + index * cellBytes, staging);
      else staging.unknown ??= name;
    }
    return run(spec, frame, flagJson | (manner.float32 ? flagFloat32 : 0), self, manner.style, undefined);
  } finally {
    close(spec);
  }
}

interface CallStaging extends Staging {
  /** The first argument that the function does not have. */
  unknown: string | undefined;
}

/** There is one arena, so there is one call at a time. */
const staging: CallStaging = { functionName: '', style: 'js', handleOf, unknown: undefined };
let isOpen = false;

/** Begins a call: a frame whose cells are all absent. */
function open(spec: FunctionSpec, style: Style): number {
  if (isOpen)
    throw new AssayError(
      'state',
      'unsupported',
      '',
      spec.js,
      `${spec.js}: called while the arguments of another call were read`,
    );
  spec.run ??= bind(spec);
  beginArena(spec.js);
  staging.functionName = spec.js;
  staging.style = style;
  staging.unknown = undefined;
  const bytes = frameBytes + spec.parameters.length * cellBytes;
  const frame = take(bytes, spec.js);
  u32.fill(0, frame >>> 2, (frame + bytes) >>> 2);
  isOpen = true;
  return frame;
}

function close(spec: FunctionSpec): void {
  isOpen = false;
  endArena(spec.js);
}

function run(
  spec: FunctionSpec,
  frame: number,
  flags: number,
  self: number,
  style: Style,
  target: Target | undefined,
): unknown {
  const at = frame >>> 2;
  u32[at + frameCells] = frame + frameBytes;
  u32[at + frameCount] = spec.parameters.length;
  u32[at + frameFlags] = isWatched() ? flags | flagWatched : flags;
  u32[at + frameSelf] = self;
  if (staging.unknown !== undefined) writeText(at + frameUnknown, staging.unknown, spec.js);
  const result = spec.run?.(frame) ?? 0;
  refresh();
  if (result === 0) throw failure(spec, style);
  return decode(result >>> 0, style, target);
}

/** The exported function itself, past Embind: see bindings/wasm/bridge.hpp. */
function bind(spec: FunctionSpec): (frame: number) => number {
  const { exports, table } = instance(spec.js);
  const place = exports[spec.name]?.(0);
  if (place !== undefined) return table.get(place) as (frame: number) => number;
  throw new AssayError(
    'unavailable',
    'not_built',
    '',
    spec.js,
    `${spec.js}: assay.wasm has no such function; it belongs to another version of the package`,
  );
}

function stageOptions(spec: FunctionSpec, options: object, cells: number, own: boolean): void {
  if (typeof options !== 'object' || options === null) {
    throw new AssayError(
      'value',
      'wrong_type',
      'options',
      spec.js,
      `${spec.js}: options is ${String(options)}, must be an object`,
    );
  }
  for (const name in options) {
    const value = (options as Record<string, unknown>)[name];
    const index = spec.options.get(name);
    if (index === undefined) staging.unknown ??= name === 'out' ? undefined : name;
    else if (isOwnView(value) === own) stage(value, cells + index * cellBytes, staging);
  }
}

function writeText(at: number, text: string, functionName: string): void {
  const { address, length } = textAt(text === '' ? ' ' : text, functionName);
  u32[at] = address;
  u32[at + 1] = length;
}

/** `options.out`: memory for the first array of the result, written by C++ when it lies there, else copied to afterwards. */
function targetOf(
  spec: FunctionSpec,
  options: { readonly out?: unknown },
  frame: number,
): Target | undefined {
  const { out } = options;
  if (out === undefined || out === null) return undefined;
  const array = out instanceof HeapArray ? (out.view as NumericArray) : (out as NumericArray);
  if (!ArrayBuffer.isView(array)) {
    throw new AssayError(
      'value',
      'wrong_type',
      'out',
      spec.js,
      `${spec.js}: out must be a typed array or a HeapArray`,
    );
  }
  const refuse = (found: string, wanted: string): never => {
    throw new AssayError(
      'shape',
      'length_mismatch',
      'out',
      spec.js,
      `${spec.js}: out is a ${found}, the result is a ${wanted}`,
    );
  };
  if (array.buffer !== buffer) return { array, address: null, refuse };
  u32[(frame >>> 2) + frameOutput] = array.byteOffset;
  u32[(frame >>> 2) + frameOutput + 1] = array.byteLength;
  return { array, address: array.byteOffset, refuse };
}

/** The error that C++ recorded: AssayError, RangeError for memory, AbortError for a cancelled call. */
function failure(spec: FunctionSpec, style: Style): Error {
  const record = (instance(spec.js).exports['core.error']?.() ?? 0) >>> 2;
  const [kind = '', code = '', functionName = '', argument = '', message = ''] = [0, 1, 2, 3, 4].map((i) =>
    readText(u32[record + i] ?? 0),
  );
  if (kind === 'memory')
    return new RangeError(`${spec.js}: out of memory, ${u32[record + 5] ?? 0} bytes were asked for`);
  if (kind === 'cancelled') return new DOMException(message, 'AbortError');
  if (kind === 'internal') return new Error(`${spec.js}: ${message}`);
  if (style === 'json') return new AssayError(kind as ErrorKind, code, argument, functionName, message);
  const spell = speller(spec);
  return new AssayError(
    kind as ErrorKind,
    code,
    spell(argument),
    spell(functionName),
    message.replace(/\b[a-z]\w*\b/g, spell),
  );
}

/** Turns the C++ names of a function and its arguments into those of JavaScript. */
function speller(spec: FunctionSpec): (word: string) => string {
  const words = new Map<string, string>(spec.parameters.map(([js, cpp]) => [cpp, js]));
  const [owner = '', method] = spec.js.split('.');
  const cpp = spec.name.split('.').slice(1);
  words.set(cpp[0] ?? '', owner);
  if (method !== undefined) words.set(cpp[1] ?? '', method).set(cpp.join('.'), spec.js);
  words.set('output', 'out');
  return (word) => words.get(word) ?? word;
}
