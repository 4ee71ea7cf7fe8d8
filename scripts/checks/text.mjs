// Rules for the text of sources: ASCII only, a newline at the end, no tabs, no trailing blanks.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/process.mjs';
import { filesBelow } from '../lib/stamp.mjs';

const folders = ['src', 'bindings', 'tests', 'benchmarks', 'scripts', 'cmake', 'examples'];
const isSource = (path) => /\.(cpp|hpp|cu|mjs|js|ts|cmake|in|map|py)$|CMakeLists\.txt$/.test(path);

/** The broken rules, one text each. */
export function brokenTextRules() {
  return folders.flatMap(filesBelow).filter(isSource).flatMap(brokenIn);
}

function brokenIn(path) {
  const text = readFileSync(join(root, path), 'utf8');
  const broken = text.split('\n').flatMap((line, i) => {
    const at = `${path}:${i + 1}`;
    const foreign = /[^\x20-\x7e]/.exec(line);
    if (foreign?.[0] === '\t') return [`${at}: a tab`];
    if (foreign) return [`${at}: not ASCII: U+${foreign[0].codePointAt(0).toString(16).padStart(4, '0')}`];
    return / $/.test(line) ? [`${at}: blanks at the end`] : [];
  });
  return text === '' || text.endsWith('\n') ? broken : [...broken, `${path}: no newline at the end`];
}
