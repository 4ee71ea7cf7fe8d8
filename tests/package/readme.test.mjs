// What the README shows is what the examples hold, and the command lines run.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const text = (path) => readFileSync(join(root, path), 'utf8').trim();
const readme = text('README.md');

for (const example of [
  'examples/node/quick_start.mjs',
  'examples/cpp/quick_start.cpp',
  'examples/cli/quick_start.sh',
]) {
  test(`README shows ${example} as it is`, () => assert.ok(readme.includes(text(example))));
}

test('README command lines run', () => {
  const cli = `"${process.execPath}" "${join(root, 'dist/cli.js')}"`;
  const script = `set -e\n${text('examples/cli/quick_start.sh').replaceAll('npx assay', cli)}`;
  const cwd = join(root, 'web/public/data');
  const output = execFileSync('bash', ['-c', script], { cwd, encoding: 'utf8' });
  for (const part of ['CESM-DPLE', 'Brier score', 'muzero', '"id":1,"result":[0.2693329006866635']) {
    assert.ok(output.includes(part), part);
  }
});
