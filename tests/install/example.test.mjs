// examples/cpp as a reader would build it: against the installed library, by CMake.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'assay-example-'));
after(() => rmSync(work, { recursive: true, force: true }));

test('the C++ quick start builds against the installed library and prints its three numbers', () => {
  const cmake = (...words) => execFileSync('cmake', words, { encoding: 'utf8' });
  const prefix = join(work, 'prefix');
  const build = join(work, 'build');
  cmake('--install', join(root, 'build/release'), '--prefix', prefix);
  cmake('-S', join(root, 'examples/cpp'), '-B', build, '-G', 'Ninja', `-DCMAKE_PREFIX_PATH=${prefix}`);
  cmake('--build', build);
  const lines = execFileSync(join(build, 'quick_start'), { encoding: 'utf8' }).split('\n');
  // CRPS by hand, fair: mean |x - y| - mean of |x - x'| over different members / 2.
  assert.equal(lines[0], 'CRPS 0.166667 0.333333');
  // One label in each of three bins: (0.2 + 0.1 + 0.4) / 3.
  assert.equal(lines[1], 'ECE 0.233333');
  // By hand: mean of log sum exp(z) - z_y, and (p - 1) / 2 of the first row.
  assert.equal(lines[2], 'cross entropy 0.175456, gradient of the first logit -0.107201');
});
