// The C++ examples of the reference pages compile, and each public function has one.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'node:test';
import { buildSync } from 'esbuild';
import { root } from './support.mjs';

const api = JSON.parse(readFileSync(join(root, 'build', 'generated', 'api.json'), 'utf8'));

test('every public function has an example', () => {
  assert.deepEqual(
    api.functions.filter((f) => !f.example).map((f) => f.name),
    [],
  );
});

test('the C++ example of every function compiles', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-examples-'));
  try {
    const module = join(folder, 'example.mjs');
    buildSync({
      entryPoints: [join(root, 'web', 'reference', 'example.ts')],
      outfile: module,
      bundle: true,
      format: 'esm',
    });
    const { cppExample } = await import(pathToFileURL(module).href);
    const examples = api.functions.map((f) => cppExample(f).split('\n'));
    const includes = new Set(
      examples.flatMap((lines) => lines.filter((line) => line.startsWith('#include'))),
    );
    const bodies = examples.map((lines, i) => {
      const body = lines.filter((line) => !line.startsWith('#include')).join('\n');
      return `void example_${i}() {\n${body}\n(void)result;\n}`;
    });
    const file = join(folder, 'examples.cpp');
    writeFileSync(file, [...includes, '#include <cmath>', '#include <cstdint>', ...bodies].join('\n'));
    const { status, stderr } = spawnSync(
      'g++',
      ['-std=c++20', '-fsyntax-only', `-I${join(root, 'src')}`, file],
      { encoding: 'utf8' },
    );
    assert.equal(
      status,
      0,
      stderr
        .split('\n')
        .filter((line) => /error/.test(line))
        .slice(0, 10)
        .join('\n'),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
