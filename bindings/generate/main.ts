// Public headers -> api.json and everything that is generated from it.
//   node build/generator/main.mjs [--source DIR] [--include DIR] [--out DIR]
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { assemble } from './assemble.js';
import type { Source } from './comments.js';
import { readDeclarations } from './doxygen.js';
import { emitCpp, type Files } from './emit_cpp.js';
import { emitErrorCases } from './emit_error_cases.js';
import { emitJs } from './emit_js.js';
import { HeaderError, type Api } from './model.js';
import { validate } from './validate.js';

export interface Settings {
  /** Folder with `assay/<domain>/*.hpp` below it. */
  readonly include: string;
  readonly out: string;
  readonly doxygen: string;
  readonly version: string;
}

/** Folders of assay/ that hold no public functions. */
const otherFolders = new Set(['core', 'backend', 'internal']);

/** The public headers, as they are included: "assay/scoring/crps.hpp". */
export function publicHeaders(include: string): string[] {
  const found: string[] = [];
  const visit = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      const name = relative(include, path).split(sep).join('/');
      if (entry.isDirectory()) {
        const depth = name.split('/').length;
        if (depth === 2 ? !otherFolders.has(entry.name) : entry.name !== 'internal') visit(path);
      } else if (
        name.split('/').length > 2 &&
        /\.hpp$/.test(name) &&
        !/(\.kernel|\/kernels\w*)\.hpp$/.test(name)
      ) {
        found.push(name);
      }
    }
  };
  visit(join(include, 'assay'));
  return found.sort();
}

export function generate(settings: Settings): Api {
  const headers = publicHeaders(settings.include);
  const sources = new Map<string, Source>(
    headers.map((file) => [
      file,
      { file, lines: readFileSync(join(settings.include, file), 'utf8').split('\n') },
    ]),
  );
  const work = join(settings.out, 'doxygen');
  const declarations = readDeclarations(settings.doxygen, settings.include, headers, work);
  const api = assemble(declarations, sources, settings.version);
  validate(api);
  const files: Files = new Map([
    ['api.json', JSON.stringify(api, publicNames, 1) + '\n'],
    ['error_cases.json', emitErrorCases(api)],
    ...emitCpp(api),
    ...emitJs(api),
  ]);
  write(settings.out, files);
  return api;
}

/** `constructor` is no safe name for a property of a TypeScript object, but a fine one in JSON. */
function publicNames(this: unknown, key: string, value: unknown): unknown {
  if (value && typeof value === 'object' && 'constructor_' in value) {
    const { constructor_, ...rest } = value as Record<string, unknown>;
    return { ...rest, constructor: constructor_ };
  }
  return value;
}

/** Writes what has changed and removes what is no longer made, so that builds redo nothing needlessly. */
function write(out: string, files: Files): void {
  for (const folder of ['cpp', 'wasm', 'eval', 'js']) {
    mkdirSync(join(out, folder), { recursive: true });
    for (const name of readdirSync(join(out, folder), { recursive: true, withFileTypes: true })) {
      if (!name.isFile()) continue;
      const path = join(name.parentPath ?? name.path, name.name);
      if (!files.has(relative(out, path).split(sep).join('/'))) rmSync(path);
    }
  }
  for (const [name, text] of files) {
    const path = join(out, name);
    mkdirSync(dirname(path), { recursive: true });
    let old: string | null = null;
    try {
      old = readFileSync(path, 'utf8');
    } catch {
      // not there yet
    }
    if (old !== text) writeFileSync(path, text);
  }
}

export function main(argv: readonly string[]): number {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      include: { type: 'string' },
      out: { type: 'string' },
      doxygen: { type: 'string' },
      version: { type: 'string' },
    },
  });
  try {
    const out = resolve(values.out ?? 'build/generated');
    const api = generate({
      include: resolve(values.include ?? 'src'),
      out,
      doxygen: values.doxygen ?? 'doxygen',
      version: values.version ?? '0.0.0',
    });
    console.log(
      `generated ${api.functions.length} functions and ${api.classes.length} classes of ${api.domains.length} domains`,
    );
    return 0;
  } catch (error) {
    if (!(error instanceof HeaderError)) throw error;
    console.error(error.message);
    return 1;
  }
}
