/** `assay functions`, `assay describe`, `assay eval`: all that follows from the description of the headers. */
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { api, evaluateLine } from 'assay/internal';
import { InputError } from './input_error';
import { json } from './report';

export function listFunctions(options: { readonly json?: boolean }): void {
  const functions = api.functions.map(({ domain, name, brief }) => ({ domain, name, brief }));
  if (options.json) return console.log(json(functions));
  const width = Math.max(...functions.map(({ name }) => name.length));
  for (const { name: domain } of api.domains) {
    console.log(domain);
    for (const entry of functions.filter((candidate) => candidate.domain === domain)) {
      console.log(`  ${entry.name.padEnd(width)}  ${entry.brief}`);
    }
  }
}

type Parameter = (typeof api.functions)[number]['parameters'][number];

/** One aligned paragraph a parameter: name, type or shape, default, text. */
function parameterLines(parameters: readonly Parameter[]): readonly string[] {
  return parameters.map((parameter) => {
    const shape = parameter.shapes?.map((axes) => `(${axes.join(', ')})`).join(' or ') ?? parameter.type.kind;
    const preset = parameter.default === null ? '' : `, default ${parameter.default}`;
    return `  ${parameter.name} [${shape}${preset}]\n      ${parameter.doc}`;
  });
}

function enumLines(parameters: readonly Parameter[]): readonly string[] {
  const names = new Set(parameters.flatMap(({ type }) => (type.kind === 'enum' ? [type.name] : [])));
  return api.enums
    .filter(({ name }) => names.has(name))
    .map(({ name, values }) => `  ${name}: ${values.map((value) => value.name).join(', ')}`);
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}

export function describe(name: string): void {
  const entry = api.functions.find((candidate) => candidate.name === name || candidate.js === name);
  if (entry === undefined) {
    throw new InputError(`describe: no function ${name}; 'assay functions' lists them`);
  }
  const options = entry.options?.members ?? [];
  const all = [...entry.parameters, ...options];
  const fact = (label: string, text: string | null): readonly string[] => (text ? [`${label}: ${text}`] : []);
  const lines = [
    `${entry.domain}.${entry.name}`,
    entry.brief,
    ...(entry.details ? ['', entry.details] : []),
    ...section('arguments', parameterLines(entry.parameters)),
    ...section('options', parameterLines(options)),
    ...section('words', enumLines(all)),
    ...section('returns', [`  ${entry.returns.doc}`]),
    ...section(
      'errors',
      entry.throws.map(({ kind, doc }) => `  ${kind}: ${doc}`),
    ),
    '',
    ...fact('accuracy', entry.accuracy),
    ...fact('cost', entry.cost),
    ...fact('source', entry.source),
    `C++: ${entry.signature}`,
    `JavaScript: ${entry.signature_js}`,
    `example: {"function": "${entry.name}", "args": ${JSON.stringify(entry.example)}}`,
  ];
  console.log(lines.join('\n'));
}

/** Answers requests line by line, in order; waits when the reader of the answers is slow. */
export async function evaluateLines(input: Readable, output: Writable): Promise<void> {
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    if (line.trim() === '') continue;
    if (!output.write(`${evaluateLine(line)}\n`))
      await new Promise((resolve) => output.once('drain', resolve));
  }
}
