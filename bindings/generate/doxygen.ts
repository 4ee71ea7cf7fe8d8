// Runs Doxygen over the public headers and reads its XML as declarations. Comments are not its business (comments.ts):
// its filter takes them away, and the inline namespace, which Doxygen 1.9 cannot read.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseXml, type XmlElement, type XmlNode, XmlText } from '@rgrove/parse-xml';
import type { Place } from './model.js';

export interface RawParameter {
  readonly type: string;
  readonly name: string;
  readonly default: string | null;
}

export interface RawFunction extends Place {
  readonly name: string;
  readonly type: string;
  readonly parameters: readonly RawParameter[];
  readonly static: boolean;
  readonly deleted: boolean;
  readonly suffix: string;
}

export interface RawVariable extends Place {
  readonly name: string;
  readonly type: string;
  readonly initializer: string | null;
}

export interface RawEnum extends Place {
  readonly name: string;
  readonly endLine: number;
  readonly values: readonly string[];
}

/** A struct or a class; private and protected parts are left out. */
export interface RawRecord extends Place {
  readonly name: string;
  readonly qualified: string;
  readonly kind: 'struct' | 'class';
  readonly functions: readonly RawFunction[];
  readonly variables: readonly RawVariable[];
}

export interface RawNamespace {
  /** "assay::scoring" */
  readonly name: string;
  readonly functions: readonly RawFunction[];
  readonly enums: readonly RawEnum[];
  readonly others: readonly (Place & { readonly name: string; readonly kind: string })[];
}

export interface Declarations {
  readonly namespaces: readonly RawNamespace[];
  readonly records: readonly RawRecord[];
}

/** `include` is the folder that "assay/..." is found in; `headers` are paths below it. */
export function readDeclarations(
  doxygen: string,
  include: string,
  headers: readonly string[],
  work: string,
): Declarations {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  writeFileSync(join(work, 'Doxyfile'), configuration(include, headers, work));
  execFileSync(doxygen, [join(work, 'Doxyfile')], { stdio: ['ignore', 'ignore', 'inherit'] });
  const compounds = readdirSync(join(work, 'xml'))
    .filter((file) => /^(namespace|struct|class)/.test(file))
    .sort()
    .map((file) => firstChild(parseXml(readFileSync(join(work, 'xml', file), 'utf8')).root, 'compounddef'))
    .filter((found): found is XmlElement => found !== undefined);
  return {
    namespaces: compounds.filter((c) => c.attributes['kind'] === 'namespace').map(namespace),
    records: compounds.filter((c) => c.attributes['kind'] !== 'namespace').map(record),
  };
}

function configuration(include: string, headers: readonly string[], work: string): string {
  const quoted = (path: string) => `"${path}"`;
  return `QUIET = YES
WARNINGS = NO
INPUT = ${headers.map((header) => quoted(join(include, header))).join(' \\\n        ')}
STRIP_FROM_PATH = ${quoted(include)}
FULL_PATH_NAMES = YES
OUTPUT_DIRECTORY = ${quoted(work)}
GENERATE_XML = YES
XML_PROGRAMLISTING = NO
GENERATE_HTML = NO
GENERATE_LATEX = NO
EXTRACT_ALL = YES
EXTRACT_STATIC = YES
SORT_MEMBER_DOCS = NO
AUTOLINK_SUPPORT = NO
ENABLE_PREPROCESSING = NO
INPUT_FILTER = "sed -e s#assay::inline.v1#assay# -e s#///.*##"
`;
}

// ---- XML ----

function elements(
  parent: { readonly children: readonly XmlNode[] } | null | undefined,
  name?: string,
): XmlElement[] {
  const found = (parent?.children ?? []).filter((child): child is XmlElement => child.type === 'element');
  return name === undefined ? found : found.filter((child) => child.name === name);
}

function firstChild(
  parent: { readonly children: readonly XmlNode[] } | null | undefined,
  name: string,
): XmlElement | undefined {
  return elements(parent, name)[0];
}

function textOf(node: XmlNode | undefined): string {
  if (node === undefined) return '';
  if (node instanceof XmlText) return node.text;
  return 'children' in node ? (node as XmlElement).children.map(textOf).join('') : '';
}

function textOfChild(parent: XmlElement, name: string): string {
  return textOf(firstChild(parent, name)).trim();
}

function placeOf(element: XmlElement): Place {
  const location = firstChild(element, 'location');
  return { file: location?.attributes['file'] ?? '?', line: Number(location?.attributes['line'] ?? 0) };
}

// ---- declarations ----

function members(compound: XmlElement): XmlElement[] {
  return elements(compound, 'sectiondef')
    .flatMap((section) => elements(section, 'memberdef'))
    .filter((member) => member.attributes['prot'] === 'public');
}

function ofKind(list: readonly XmlElement[], kind: string): XmlElement[] {
  return list.filter((member) => member.attributes['kind'] === kind);
}

function functionOf(member: XmlElement): RawFunction {
  const suffix = textOfChild(member, 'argsstring').replace(/^.*\)/s, '');
  return {
    ...placeOf(member),
    name: textOfChild(member, 'name'),
    type: textOfChild(member, 'type'),
    static: member.attributes['static'] === 'yes',
    deleted: /=\s*delete/.test(suffix),
    suffix,
    parameters: elements(member, 'param').map((parameter) => ({
      type: textOfChild(parameter, 'type'),
      name: textOfChild(parameter, 'declname'),
      default: firstChild(parameter, 'defval') ? textOfChild(parameter, 'defval') : null,
    })),
  };
}

function enumOf(member: XmlElement): RawEnum {
  const location = firstChild(member, 'location');
  return {
    ...placeOf(member),
    name: textOfChild(member, 'name'),
    endLine: Number(location?.attributes['bodyend'] ?? 0),
    values: elements(member, 'enumvalue').map((value) => textOfChild(value, 'name')),
  };
}

function namespace(compound: XmlElement): RawNamespace {
  const all = members(compound);
  return {
    name: textOfChild(compound, 'compoundname'),
    functions: ofKind(all, 'function').map(functionOf),
    enums: ofKind(all, 'enum').map(enumOf),
    others: all
      .filter((member) => !['function', 'enum'].includes(member.attributes['kind'] ?? ''))
      .map((member) => ({
        ...placeOf(member),
        name: textOfChild(member, 'name'),
        kind: member.attributes['kind'] ?? '',
      })),
  };
}

function record(compound: XmlElement): RawRecord {
  const qualified = textOfChild(compound, 'compoundname');
  const all = members(compound);
  return {
    ...placeOf(compound),
    name: qualified.replace(/^.*::/, ''),
    qualified,
    kind: compound.attributes['kind'] === 'class' ? 'class' : 'struct',
    functions: ofKind(all, 'function').map(functionOf),
    variables: ofKind(all, 'variable').map((member) => ({
      ...placeOf(member),
      name: textOfChild(member, 'name'),
      type: textOfChild(member, 'type'),
      initializer: firstChild(member, 'initializer')
        ? textOfChild(member, 'initializer').replace(/^=\s*/, '')
        : null,
    })),
  };
}
