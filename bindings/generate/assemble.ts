// Declarations and comments -> the model. Everything a later stage relies on is checked here; the first thing that a
// header gets wrong stops the run with its file and line.
import { commentAbove, commentOfMember, inherit, type Comment, type Source } from './comments.js';
import {
  checkDefault,
  defaultText,
  elementOf,
  exampleOf,
  findLine,
  joined,
  placeOf,
  shaped,
  wordOf,
  signatureCpp,
} from './describe.js';
import type { Declarations, RawEnum, RawFunction, RawRecord, RawVariable } from './doxygen.js';
import {
  HeaderError,
  type Api,
  type Callable,
  type Class,
  type ClassRole,
  type Enum,
  type Member,
  type Place,
  type Returns,
  type Struct,
  type TypeRef,
} from './model.js';
import { camelCase, pascalCase, plain, safeJs } from './names.js';
import { bareType, isArray, parameterType, resultType, type Names } from './types.js';
import { signatureJs } from './typescript_types.js';

interface Domain extends Names {
  readonly name: string;
  readonly functions: RawFunction[];
  readonly rawEnums: RawEnum[];
  readonly rawStructs: RawRecord[];
  readonly rawClasses: RawRecord[];
}

/** Option that the JavaScript facade adds to functions. */
const reservedName = 'out';
/** Names that the eval protocol has beside the arguments of a constructor or fit. */
const reservedForClasses = ['calls', 'create', 'query'];

export function assemble(
  declarations: Declarations,
  sources: ReadonlyMap<string, Source>,
  version: string,
): Api {
  const domains = split(declarations);
  const functions: Callable[] = [];
  const classes: Class[] = [];
  const structs: Struct[] = [];
  const enums: Enum[] = [];
  for (const domain of domains) {
    const reader = new DomainReader(domain, sources);
    enums.push(...domain.rawEnums.map((raw) => reader.enumOf(raw)));
    structs.push(...domain.rawStructs.map((raw) => reader.struct(raw, roleOf(domain, raw))));
    reader.structs = new Map(structs.filter((s) => s.domain === domain.name).map((s) => [s.name, s]));
    functions.push(...domain.functions.map((raw) => reader.callable(raw, 'function')));
    classes.push(...domain.rawClasses.map((raw) => reader.classOf(raw)));
  }
  return {
    version,
    domains: domains.map(({ name }) => ({ name, brief: domainBriefs.get(name) ?? '' })),
    functions: sorted(functions),
    classes: sorted(classes),
    structs: sorted(structs),
    enums: sorted(enums),
  };
}

const domainBriefs: ReadonlyMap<string, string> = new Map([
  ['scoring', 'Proper scores of forecasts, their gradients and parts'],
  ['calibration', 'Reliability of probabilities: tables, errors, decompositions, recalibration'],
  ['losses', 'Losses for training, each with its gradient'],
  ['tournament', 'Tournaments of models: exact expectation and simulation'],
  ['elementary', 'Elementary functions with the same bits on every machine'],
]);

function sorted<T extends { readonly domain: string; readonly name: string }>(items: readonly T[]): T[] {
  const key = (item: T) => `${item.domain}.${item.name}`;
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

function split(declarations: Declarations): Domain[] {
  const domains = new Map<string, Domain>();
  const domainOf = (qualified: string): Domain | null => {
    const name = /^assay::(\w+)/.exec(qualified)?.[1];
    if (!name || qualified.split('::').length > 3) return null;
    const made = domains.get(name) ?? {
      name,
      functions: [],
      rawEnums: [],
      rawStructs: [],
      rawClasses: [],
      enums: new Set<string>(),
      structs: new Set<string>(),
      classes: new Set<string>(),
    };
    domains.set(name, made);
    return made;
  };
  for (const namespace of declarations.namespaces) {
    if (!/^assay::\w+$/.test(namespace.name)) continue;
    const domain = domainOf(namespace.name);
    if (!domain) continue;
    domain.functions.push(...namespace.functions);
    domain.rawEnums.push(...namespace.enums);
    for (const other of namespace.others) {
      if (other.kind === 'variable' && other.name.startsWith('k_')) continue;
      throw new HeaderError(
        other,
        `${other.kind} ${other.name}: a public header declares functions, enums, structs and classes only`,
      );
    }
  }
  for (const record of declarations.records) {
    const domain = domainOf(record.qualified);
    if (!domain) continue;
    (record.kind === 'class' ? domain.rawClasses : domain.rawStructs).push(record);
  }
  for (const domain of domains.values()) {
    for (const e of domain.rawEnums) (domain.enums as Set<string>).add(e.name);
    for (const s of domain.rawStructs) (domain.structs as Set<string>).add(s.name);
    for (const c of domain.rawClasses) (domain.classes as Set<string>).add(c.name);
  }
  return [...domains.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A struct is either taken (options) or given (result), never both. */
function roleOf(domain: Domain, struct: RawRecord): 'options' | 'result' {
  const callables = [...domain.functions, ...domain.rawClasses.flatMap((c) => c.functions)];
  const mentions = (type: string) => new RegExp(`\\b${struct.name}\\b`).test(bareType(type, domain.name));
  const taken = callables.some((f) => f.parameters.some((p) => mentions(p.type)));
  const given =
    callables.some((f) => mentions(f.type)) ||
    domain.rawStructs.some((s) => s.variables.some((v) => mentions(v.type)));
  if (taken && given) throw new HeaderError(struct, `struct ${struct.name} is both an argument and a result`);
  if (!taken && !given) throw new HeaderError(struct, `struct ${struct.name} is used by no public function`);
  return taken ? 'options' : 'result';
}

class DomainReader {
  structs: ReadonlyMap<string, Struct> = new Map();

  constructor(
    private readonly domain: Domain,
    private readonly sources: ReadonlyMap<string, Source>,
  ) {}

  enumOf(raw: RawEnum): Enum {
    const comment = this.comment(raw, `enum ${raw.name}`);
    const source = this.source(raw);
    const values = raw.values.map((value) => {
      const line = findLine(source, new RegExp(`^\\s*${value}\\b`), raw.line, raw.endLine);
      const place = { file: raw.file, line };
      const text = commentOfMember(source, line);
      if (!text) throw new HeaderError(place, `value ${value} of enum ${raw.name} has no comment`);
      return { name: plain(value), cpp: value, brief: joined(text) };
    });
    return {
      ...placeOf(raw),
      domain: this.domain.name,
      name: raw.name,
      js: pascalCase(raw.name),
      brief: comment.brief,
      values,
    };
  }

  struct(raw: RawRecord, role: 'options' | 'result'): Struct {
    const comment = this.comment(raw, `struct ${raw.name}`);
    if (raw.functions.length > 0)
      throw new HeaderError(raw.functions[0] ?? raw, `struct ${raw.name} has functions; only data can cross`);
    const members = raw.variables.map((variable) => this.member(variable, raw.name, role));
    if (members.length === 0) throw new HeaderError(raw, `struct ${raw.name} has no members`);
    return {
      ...placeOf(raw),
      domain: this.domain.name,
      name: raw.name,
      js: pascalCase(raw.name),
      role,
      brief: comment.brief,
      details: comment.details,
      members,
    };
  }

  private member(raw: RawVariable, struct: string, role: 'options' | 'result'): Member {
    const what = `member ${raw.name} of ${struct}`;
    const comment = commentOfMember(this.source(raw), raw.line);
    if (!comment) throw new HeaderError(raw, `${what} has no comment`);
    const type =
      role === 'options'
        ? parameterType(raw.type, this.domain.name, this.domain, raw)
        : resultType(raw.type, this.domain.name, this.domain, raw);
    if (role === 'options' && (type.kind === 'struct' || type.kind === 'class'))
      throw new HeaderError(raw, `${what}: options do not nest`);
    if (role === 'options' && raw.initializer === null) throw new HeaderError(raw, `${what} has no default`);
    return this.describe(
      raw.name,
      type,
      joined(comment),
      raw,
      what,
      role === 'options' ? raw.initializer : null,
      role === 'result',
    );
  }

  private describe(
    name: string,
    type: TypeRef,
    text: string,
    place: Place,
    what: string,
    initializer: string | null,
    result: boolean,
  ): Member {
    const { shapes, rest } = shaped(type, text, place, what, result);
    if (!result && name === reservedName)
      throw new HeaderError(place, `${what}: the name ${name} is reserved`);
    return {
      name,
      js: safeJs(camelCase(name)),
      type,
      shapes,
      element: result && isArray(type.kind) ? elementOf(name, rest) : null,
      doc: rest,
      default: defaultText(initializer),
      word: result ? null : wordOf(type, rest),
      required: initializer === null && !result,
      nan_allowed: /NaN allowed/i.test(rest),
      may_be_empty: /may be empty/i.test(rest),
    };
  }

  callable(raw: RawFunction, kind: 'function' | 'method' | 'constructor', owner = ''): Callable {
    const what = owner === '' ? raw.name : `${owner}::${raw.name}`;
    const comment = this.wholeComment(raw, what);
    const { parameters, options, context } = this.parameters(raw, comment, what);
    const returns = this.returns(raw, comment, kind, what);
    const tag = (name: string) => comment.tags.get(name)?.text ?? null;
    if (kind === 'function') {
      for (const wanted of ['accuracy', 'cost', 'source', 'example']) {
        if (!comment.tags.has(wanted)) throw new HeaderError(raw, `${what} has no @${wanted}`);
      }
    }
    for (const thrown of comment.throws) {
      if (!/^(shape|value|state|unavailable|cancelled)_error$/.test(thrown.kind)) {
        throw new HeaderError(raw, `${what}: @throws ${thrown.kind} is no error of ours`);
      }
    }
    const made = {
      ...placeOf(raw),
      domain: this.domain.name,
      name: raw.name,
      js: safeJs(camelCase(raw.name)),
      header: raw.file,
      brief: comment.brief,
      details: comment.details,
      parameters,
      options,
      context,
      static: raw.static,
      returns,
      throws: comment.throws,
      accuracy: tag('accuracy'),
      cost: tag('cost'),
      source: tag('source'),
      parallel: tag('parallel'),
      example: exampleOf(comment.tags.get('example'), parameters, options?.members ?? []),
      signature: signatureCpp(raw),
    };
    return { ...made, signature_js: signatureJs(made) };
  }

  private parameters(
    raw: RawFunction,
    comment: Comment,
    what: string,
  ): Pick<Callable, 'parameters' | 'options' | 'context'> {
    const parameters: Member[] = [];
    let options: Callable['options'] = null;
    let context = false;
    for (const parameter of raw.parameters) {
      const bare = bareType(parameter.type, this.domain.name);
      if (context) throw new HeaderError(raw, `${what}: the context must be the last parameter`);
      if (bare === 'const context&') {
        context = true;
        continue;
      }
      if (options)
        throw new HeaderError(raw, `${what}: the options must be the last parameter but the context`);
      const type = parameterType(parameter.type, this.domain.name, this.domain, raw);
      const text = comment.params.get(parameter.name);
      if (!text && !(type.kind === 'struct' && comment.params.size === 0)) {
        throw new HeaderError(raw, `${what}: parameter ${parameter.name} has no @param`);
      }
      if (type.kind === 'struct')
        options = { struct: type.name ?? '', members: this.structs.get(type.name ?? '')?.members ?? [] };
      else {
        checkDefault(parameter, type, parameters, raw, what);
        parameters.push(
          this.describe(
            parameter.name,
            type,
            text?.text ?? '',
            text ?? raw,
            `${what}: ${parameter.name}`,
            parameter.default,
            false,
          ),
        );
      }
    }
    for (const [name, text] of comment.params) {
      if (!raw.parameters.some((parameter) => parameter.name === name))
        throw new HeaderError(text, `${what} has no parameter ${name}`);
    }
    for (const member of options?.members ?? []) {
      if (parameters.some((parameter) => parameter.name === member.name)) {
        throw new HeaderError(
          raw,
          `${what}: ${member.name} is a parameter and an option; they share one name space`,
        );
      }
    }
    return { parameters, options, context };
  }

  private returns(raw: RawFunction, comment: Comment, kind: string, what: string): Returns {
    if (kind === 'constructor') return { type: { kind: 'void' }, shapes: null, element: null, doc: '' };
    const type = resultType(raw.type, this.domain.name, this.domain, raw);
    const place: Place = comment.returns ?? raw;
    const wanted = kind === 'function' || type.kind === 'array';
    if (!comment.returns && type.kind !== 'void' && wanted)
      throw new HeaderError(place, `${what} has no @return`);
    if (comment.returns && type.kind === 'void')
      throw new HeaderError(place, `${what} returns nothing but has @return`);
    const { shapes, rest } = shaped(type, comment.returns?.text ?? '', place, `${what}: the result`, true);
    return { type, shapes, element: isArray(type.kind) ? elementOf('', rest) : null, doc: rest };
  }

  classOf(raw: RawRecord): Class {
    const comment = this.comment(raw, `class ${raw.name}`);
    const roles = (['accumulator', 'model', 'simulation'] as const).filter((role) => comment.tags.has(role));
    const role = roles[0];
    if (!role || roles.length > 1)
      throw new HeaderError(raw, `class ${raw.name} needs one of @accumulator, @model, @simulation`);
    const own = raw.functions.filter((f) => !isSpecialMember(f, raw.name));
    const constructors = own.filter((f) => f.name === raw.name);
    if (constructors.length > 1)
      throw new HeaderError(constructors[1] ?? raw, `class ${raw.name} has more than one constructor`);
    const methods = own.filter((f) => f.name !== raw.name).map((f) => this.callable(f, 'method', raw.name));
    requireMethods(raw, role, methods, constructors.length);
    const constructor = constructors[0] ? this.callable(constructors[0], 'constructor', raw.name) : null;
    for (const maker of [constructor, ...methods.filter((method) => method.static)]) {
      const names = [...(maker?.parameters ?? []), ...(maker?.options?.members ?? [])].map(
        (member) => member.name,
      );
      const taken = names.find((name) => reservedForClasses.includes(name));
      if (maker && taken) throw new HeaderError(maker, `class ${raw.name}: the name ${taken} is reserved`);
    }
    return {
      ...placeOf(raw),
      domain: this.domain.name,
      name: raw.name,
      js: pascalCase(raw.name),
      header: raw.file,
      role,
      brief: comment.brief,
      details: comment.details,
      source: comment.tags.get('source')?.text ?? null,
      constructor_: constructor,
      methods,
    };
  }

  private source(place: Place): Source {
    const source = this.sources.get(place.file);
    if (!source) throw new HeaderError(place, 'this file was not among the headers');
    return source;
  }

  /** The comment with what it takes over by `@inputs`. */
  private wholeComment(raw: RawFunction, what: string): Comment {
    const comment = this.comment(raw, what);
    const named = comment.tags.get('inputs');
    if (!named) return comment;
    const base = this.domain.functions.find((f) => f.name === named.text);
    if (!base || base === raw)
      throw new HeaderError(named, `${what}: @inputs ${named.text} is no other function of this domain`);
    const inherited = this.comment(base, base.name);
    if (inherited.tags.has('inputs'))
      throw new HeaderError(named, `${what}: @inputs must name the function that describes them`);
    return inherit(
      comment,
      inherited,
      raw.parameters.map(({ name }) => name),
    );
  }

  private comment(place: Place, what: string): Comment {
    const comment = commentAbove(this.source(place), place.line);
    if (!comment || comment.brief === '') throw new HeaderError(place, `${what} has no doc comment`);
    return comment;
  }
}

/** Destructor, copies and moves: C++'s own affairs. */
function isSpecialMember(f: RawFunction, owner: string): boolean {
  const takesSelf =
    f.parameters.length === 1 && new RegExp(`\\b${owner}\\s*&`).test(f.parameters[0]?.type ?? '');
  return f.name.startsWith('~') || f.deleted || ((f.name === owner || f.name === 'operator=') && takesSelf);
}

const wantedMethods: Readonly<Record<ClassRole, readonly string[]>> = {
  accumulator: ['update', 'merge', 'value', 'reset', 'to_bytes', 'from_bytes'],
  model: ['fit', 'transform', 'parameters', 'to_json', 'from_json'],
  simulation: ['run', 'merge', 'value', 'converged', 'planned', 'block', 'to_bytes', 'from_bytes'],
};

function requireMethods(
  raw: RawRecord,
  role: ClassRole,
  methods: readonly Callable[],
  constructors: number,
): void {
  for (const wanted of wantedMethods[role]) {
    if (!methods.some((method) => method.name === wanted))
      throw new HeaderError(raw, `${role} ${raw.name} has no ${wanted}`);
  }
  if (role !== 'model' && constructors === 0)
    throw new HeaderError(raw, `${role} ${raw.name} has no public constructor`);
  for (const method of methods) {
    if (method.static && method.returns.type.name !== raw.name)
      throw new HeaderError(method, `static ${method.name} must return ${raw.name}`);
    if (!method.static && method.returns.type.kind === 'class')
      throw new HeaderError(method, `${method.name} cannot return an object`);
  }
}
