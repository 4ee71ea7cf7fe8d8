// Markdown of a reference page from a header's description. Only headings, tables and code; the frame is the site's.

import type { Api, ApiClass, ApiFunction, ApiParameter, ApiType } from '../.vitepress/api.js';
import { cppExample, jsExample } from './example.js';

/** Text as HTML that neither Markdown nor Vue reads as code of theirs. */
export function escapeText(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/\{\{/g, '&#123;&#123;')
    .replace(/[*_[\]|`\\$]/g, (c) => `&#${c.charCodeAt(0)};`);
}

const code = (text: string): string => `<code v-pre>${escapeText(text)}</code>`;

/** Text of a header as HTML: what stands between backticks is code. */
const richText = (text: string): string =>
  text
    .split(/`([^`]+)`/)
    .map((part, i) => (i % 2 === 1 ? code(part) : escapeText(part)))
    .join('');

const shapesOf = (shapes: string[][] | null): string =>
  shapes ? shapes.map((s) => `(${s.join(', ')})`).join(' or ') : '';

/** The description without the shape that stands first in it. */
function withoutShape(doc: string): string {
  return doc.replace(/^(\([a-z0-9 ,+]+\)\s*(or\s+)?)+/i, '').trim();
}

const jsTypes: Record<string, string> = {
  vector: 'array',
  matrix: 'matrix',
  tensor: 'tensor',
  array: 'array',
  integers: 'integer array',
  broadcast: 'number or array',
  number: 'number',
  boolean: 'boolean',
  int64: 'integer',
  uint64: 'integer',
  optional_number: 'number',
  optional_int64: 'integer',
  string: 'string',
  bytes: 'Uint8Array',
  reduced: 'number or array',
};

function typeName(type: ApiType, api: Api): string {
  if (type.kind === 'enum') {
    const found = api.enums.find((e) => e.name === type.name);
    return found
      ? found.values.map((v) => `'${v.name.replace(/_$/, '')}'`).join(' | ')
      : (type.name ?? 'word');
  }
  if (type.kind === 'list') return `list of ${type.name ?? 'structs'}`;
  if (type.kind === 'struct' || type.kind === 'class') return type.name ?? type.kind;
  return jsTypes[type.kind] ?? type.kind;
}

function defaultText(text: string | null): string {
  if (text === null || text === '' || text === '{}') return '';
  return text.replace(/^.*::/, '').replace(/_$/, '').replaceAll("'", '');
}

function row(parameter: ApiParameter, api: Api, isResult: boolean): string {
  const { type, shapes, doc, required } = parameter;
  const name =
    parameter.js === parameter.name
      ? code(parameter.js)
      : `${code(parameter.js)}<br><small>${escapeText(parameter.name)}</small>`;
  const shape = shapesOf(shapes);
  const fallback = defaultText(parameter.default);
  const enumValues =
    type.kind === 'enum'
      ? (api.enums.find((e) => e.name === type.name)?.values ?? [])
          .map((v) => `<br>${code(v.name.replace(/_$/, ''))} ${richText(v.brief)}`)
          .join('')
      : '';
  const word = parameter.word === null ? '' : ` or '${parameter.word}'`;
  const kind = type.kind === 'enum' ? 'word' : typeName(type, api) + word;
  return (
    `<tr><th scope="row">${name}</th>` +
    `<td>${escapeText(kind)}${shape ? `<br><small>${escapeText(shape)}</small>` : ''}</td>` +
    `<td>${fallback ? `default ${code(fallback)}. ` : required || isResult ? '' : 'optional. '}${richText(withoutShape(doc))}${enumValues}</td></tr>`
  );
}

/** A table of arguments, options or, titled `member`, of what a result holds. */
function parameterTable(title: string, parameters: ApiParameter[], api: Api): string {
  if (parameters.length === 0) return '';
  return (
    `\n<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table class="parameters"><thead><tr>` +
    `<th scope="col">${title}</th><th scope="col">type</th><th scope="col">meaning</th></tr></thead><tbody>` +
    parameters.map((p) => row(p, api, title === 'member')).join('') +
    '</tbody></table></div>\n'
  );
}

/** A paragraph that is a formula: it has an equals sign or an arrow and hardly any words. */
function isFormula(paragraph: string): boolean {
  const words = paragraph.match(/\b[a-z]{4,}\b/g) ?? [];
  return /(^|\s)=\s|->/.test(paragraph) && words.length <= 6;
}

/** Paragraphs; a formula keeps its characters as they are. */
function prose(text: string): string {
  return text
    .split(/\n\s*\n/)
    .map((p) => p.trim())
    .filter(Boolean)
    .map((p) =>
      isFormula(p)
        ? `<pre v-pre class="formula">${escapeText(p)}</pre>`
        : `<p v-pre>${richText(p.replace(/\s+/g, ' '))}</p>`,
    )
    .join('\n\n');
}

const fence = (language: string, text: string): string => '```' + language + '\n' + text.trim() + '\n```';

/** A long signature with one parameter a line. */
function wrap(signature: string): string {
  const open = signature.indexOf('(');
  const close = signature.lastIndexOf(')');
  if (signature.length <= 72 || open < 0) return signature;
  const parts: string[] = [];
  let depth = 0;
  let start = open + 1;
  for (let i = open + 1; i < close; i++) {
    const c = signature[i] ?? '';
    if ('(<[{'.includes(c)) depth++;
    else if (')>]}'.includes(c) && signature[i - 1] !== '=') depth--;
    else if (c === ',' && depth === 0) {
      parts.push(signature.slice(start, i).trim());
      start = i + 1;
    }
  }
  parts.push(signature.slice(start, close).trim());
  return `${signature.slice(0, open + 1)}\n  ${parts.join(',\n  ')}\n${signature.slice(close)}`;
}

const signatures = (f: ApiFunction): string =>
  `<div class="code-pair">\n\n${fence('ts', wrap(f.signature_js))}\n\n${fence('cpp', wrap(f.signature) + ';')}\n\n</div>\n`;

function resultText(f: ApiFunction, api: Api): string {
  const shape = shapesOf(f.returns.shapes);
  const intro = `<p v-pre>${shape ? `${escapeText(shape)} ` : ''}${richText(withoutShape(f.returns.doc))}</p>`;
  return intro + memberTables(f.returns.type, api);
}

/** The members of a struct, then those of the structs in it, each once. */
function memberTables(type: ApiType, api: Api): string {
  const seen: string[] = [];
  const tables = (name: string | undefined): string => {
    const found = api.structs.find((s) => s.name === name);
    if (!found || seen.includes(found.name)) return '';
    const title = seen.length === 0 ? '' : `\n<p v-pre>${code(found.name)}: ${richText(found.brief)}</p>\n`;
    seen.push(found.name);
    const inner = found.members.filter((m) => isStructured(m.type)).map((m) => tables(m.type.name));
    return `${title}\n${parameterTable('member', found.members, api)}${inner.join('')}`;
  };
  return isStructured(type) ? tables(type.name) : '';
}

const isStructured = (type: ApiType): boolean => type.kind === 'struct' || type.kind === 'list';

function facts(f: {
  accuracy?: string | null;
  cost?: string | null;
  source?: string | null;
  parallel?: string | null;
}): string {
  const parallel =
    f.parallel === 'rows'
      ? 'rows are split over threads and the workers of a pool, with the bits of one thread'
      : f.parallel
        ? `split over threads and the workers of a pool through ${f.parallel}, with the bits of one thread`
        : undefined;
  const list: [string, string | null | undefined][] = [
    ['accuracy', f.accuracy],
    ['cost', f.cost],
    ['parallel', parallel],
    ['source', f.source],
  ];
  return `<dl class="facts">${list
    .filter(([, text]) => text)
    .map(([name, text]) => `<dt>${name}</dt><dd v-pre>${richText(text ?? '')}</dd>`)
    .join('')}</dl>`;
}

function errors(f: ApiFunction): string {
  if (f.throws.length === 0) return '';
  return `\n## Errors\n\n<dl class="facts">${f.throws
    .map((t) => `<dt>${escapeText(t.kind.replace(/_error$/, ''))}</dt><dd v-pre>${richText(t.doc)}</dd>`)
    .join('')}</dl>\n`;
}

const heading = (js: string, domain: string, header: string, brief: string): string =>
  `# ${escapeText(js)}\n\n<p class="paper-line"><code v-pre>assay/${domain}</code>, <code v-pre>#include &lt;${escapeText(header)}&gt;</code></p>\n\n` +
  `<p class="lede" v-pre>${richText(brief)}</p>\n`;

/** Page of one function. */
export function functionPage(f: ApiFunction, api: Api): string {
  const example =
    f.example === null
      ? ''
      : `\n## Example\n\n<div class="code-pair">\n\n${fence('js', jsExample(f))}\n\n${fence('cpp', cppExample(f))}\n\n</div>\n\n` +
        `<script setup>import TryIt from '../reference/TryIt.vue';</script>\n\n<TryIt name="${f.name}" :example="${escapeAttribute(JSON.stringify(f.example))}" />\n`;
  return [
    heading(f.js, f.domain, f.header, f.brief),
    prose(f.details),
    signatures(f),
    parameterTable('argument', f.parameters, api),
    parameterTable('option', f.options?.members ?? [], api),
    '\n## Result\n',
    resultText(f, api),
    example,
    errors(f),
    '\n## Accuracy, cost, source\n',
    facts(f),
  ].join('\n');
}

function escapeAttribute(json: string): string {
  return json.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
}

/** Page of one class: its constructor or fit, then every method. */
export function classPage(c: ApiClass, api: Api): string {
  const roles: Record<string, string> = {
    accumulator: 'An accumulator: give it data in pieces, merge it with others, read its value at any time.',
    model: 'A fitted model: fit it once, transform as often as wanted, store it as JSON.',
    simulation: 'A simulation: run it in parts, merge the parts, continue it later.',
  };
  // A class without one has no entry of its own, but every object inherits a constructor.
  const constructor = Object.hasOwn(c, 'constructor') ? c.constructor : null;
  const method = (m: ApiFunction, title: string): string =>
    [
      `\n## ${escapeText(title)}\n`,
      `<p v-pre>${richText(m.brief)}</p>`,
      prose(m.details),
      signatures(m),
      parameterTable('argument', m.parameters, api),
      parameterTable('option', m.options?.members ?? [], api),
      m.returns.type.kind === 'void' || m.returns.type.kind === 'class' ? '' : resultText(m, api),
    ].join('\n');
  return [
    heading(c.js, c.domain, c.header, c.brief),
    prose(c.details),
    `<p>${roles[c.role] ?? ''}</p>`,
    constructor ? method(constructor, 'constructor') : '',
    ...c.methods.map((m) => method(m, m.js)),
    '\n## Source\n',
    facts({ source: c.source }),
  ].join('\n');
}
