// Doc comments, read from the header's own lines: exact text, exact line numbers. Doxygen reads the declarations.
import { HeaderError, type Place } from './model.js';

/** A header and its lines; line numbers count from 1. */
export interface Source {
  readonly file: string;
  readonly lines: readonly string[];
}

/** A text of a comment and where it begins. */
export interface Text extends Place {
  readonly text: string;
}

export interface Comment extends Place {
  readonly brief: string;
  readonly details: string;
  readonly params: ReadonlyMap<string, Text>;
  readonly returns: Text | null;
  readonly throws: readonly { readonly kind: string; readonly doc: string }[];
  /** Tags with one text: accuracy, cost, source, parallel, example, inputs, and the roles of classes. */
  readonly tags: ReadonlyMap<string, Text>;
}

const tagNames = new Set([
  'accuracy',
  'cost',
  'source',
  'parallel',
  'example',
  'inputs',
  'accumulator',
  'model',
  'simulation',
]);

/** What a comment leaves out, taken from the function that it names by `@inputs`; of its parameters those of `names`. */
export function inherit(comment: Comment, base: Comment, names: readonly string[]): Comment {
  const params = [...base.params].filter(([name]) => names.includes(name));
  return {
    ...comment,
    params: new Map([...params, ...comment.params]),
    throws: comment.throws.length > 0 ? comment.throws : base.throws,
    tags: new Map([...base.tags, ...comment.tags]),
  };
}

/** The `///` lines directly above the declaration that begins on or a little above `line`; null when there are none. */
export function commentAbove(source: Source, line: number): Comment | null {
  let last = line - 2; // index of the line above
  const declaration = () => source.lines[last]?.trim() ?? '';
  // The name may stand below its return type, attributes or template head.
  for (let step = 0; step < 3 && isDeclarationPart(declaration()); step++) last--;
  let first = last + 1;
  while (first > 0 && /^\s*\/\/\/(?!<)/.test(source.lines[first - 1] ?? '')) first--;
  if (first > last) return null;
  const lines = source.lines.slice(first, last + 1).map((text) => text.replace(/^\s*\/\/\/ ?/, ''));
  return parse(source.file, first + 1, lines);
}

/** The comment of a member: `///` above it, or `///<` behind it and on the lines that follow. */
export function commentOfMember(source: Source, line: number): Comment | null {
  const beside = commentBeside(source, line);
  return beside ?? commentAbove(source, line);
}

function commentBeside(source: Source, line: number): Comment | null {
  const lines: string[] = [];
  for (let at = line - 1; at < source.lines.length; at++) {
    const text = source.lines[at] ?? '';
    const found = /\/\/\/<\s?(.*)$/.exec(text);
    if (!found || (at > line - 1 && !/^\s*\/\/\/</.test(text))) break;
    lines.push((found[1] ?? '').trim());
  }
  return lines.length === 0 ? null : parse(source.file, line, lines);
}

function isDeclarationPart(line: string): boolean {
  return line !== '' && !line.startsWith('//') && !/[;{}:]$/.test(line);
}

function parse(file: string, firstLine: number, lines: readonly string[]): Comment {
  const params = new Map<string, Text>();
  const tags = new Map<string, Text>();
  const throws: { kind: string; doc: string }[] = [];
  let returns: Text | null = null;
  const prose: string[] = [];
  for (let i = 0; i < lines.length;) {
    const place = { file, line: firstLine + i };
    const tag = /^@(\w+)\s*(.*)$/.exec(lines[i] ?? '');
    if (!tag) {
      if (/^\s*@\w/.test(lines[i] ?? '')) throw new HeaderError(place, 'a tag must begin its line');
      prose.push((lines[i] ?? '').trimEnd());
      i++;
      continue;
    }
    const block = [tag[2] ?? ''];
    for (i++; i < lines.length && !/^\s*@/.test(lines[i] ?? '') && (lines[i] ?? '').trim() !== ''; i++) {
      block.push((lines[i] ?? '').trim());
    }
    const text = block.join(' ').trim();
    const name = tag[1] ?? '';
    if (name === 'param' || name === 'throws') {
      const split = /^(\w+)\s*(.*)$/.exec(text);
      if (!split?.[1]) throw new HeaderError(place, `@${name} needs a name`);
      if (name === 'throws') throws.push({ kind: split[1], doc: split[2] ?? '' });
      else if (params.has(split[1])) throw new HeaderError(place, `@param ${split[1]} appears twice`);
      else params.set(split[1], { ...place, text: split[2] ?? '' });
    } else if (name === 'return') {
      returns = { ...place, text };
    } else if (tagNames.has(name)) {
      tags.set(name, { ...place, text });
    } else {
      throw new HeaderError(place, `unknown tag @${name}`);
    }
  }
  const { brief, details } = splitProse(prose);
  return { file, line: firstLine, brief, details, params, returns, throws, tags };
}

/** The first paragraph is the brief, the rest the details, its lines kept: formulas stand on lines of their own. */
function splitProse(prose: readonly string[]): { brief: string; details: string } {
  const text = prose.join('\n').trim();
  const end = text.search(/\n\s*\n/);
  const brief = (end < 0 ? text : text.slice(0, end)).replace(/\s*\n\s*/g, ' ');
  const details = end < 0 ? '' : text.slice(end).trim();
  return { brief, details };
}

const shapePattern = /^\(([^()]*(?:\([^()]*\)[^()]*)*)\)(?:\s*(or)\s*(?=\())?\s*/;

/** `(n, m) or (m) weights ...` -> shapes [[n, m], [m]] and the text behind them. */
export function splitShapes(text: string): { shapes: string[][] | null; rest: string } {
  const shapes: string[][] = [];
  let rest = text;
  for (;;) {
    const found = shapePattern.exec(rest);
    if (!found) break;
    shapes.push((found[1] ?? '').split(',').map((letter) => letter.trim()));
    rest = rest.slice(found[0].length);
    if (!found[2]) break;
  }
  return shapes.length === 0 ? { shapes: null, rest: text } : { shapes, rest };
}
