// npm run lint: format and rules of the sources. npm run format (--fix) mends the format.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brokenIncludeRules } from './checks/includes.mjs';
import { brokenTextRules } from './checks/text.mjs';
import { capture, main, Refusal, root, say } from './lib/process.mjs';
import { filesBelow } from './lib/stamp.mjs';
import { run } from './lib/toolchain.mjs';
import { setup } from './setup.mjs';

/** Checks everything; throws a `Refusal` that tells what is wrong. */
export function lint({ fix = false } = {}) {
  const failures = [() => formatCpp(fix), () => formatScripts(fix), checkRules].flatMap(failureOf);
  if (failures.length > 0) throw new Refusal(failures.join('\n'));
}

function failureOf(check) {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [error.message];
  }
}

function formatCpp(fix) {
  const folders = ['src', 'bindings', 'tests', 'benchmarks', 'examples'];
  const files = folders.flatMap(filesBelow).filter((path) => /\.(cpp|hpp|cu)$/.test(path));
  if (fix) return run('clang-format', ['-i', ...files]);
  // By comparison: --dry-run of clang-format 14 complains of "namespace a::inline b" comments that it would not change.
  const unformatted = files.filter(
    (path) => capture('clang-format', [path]) !== readFileSync(join(root, path), 'utf8'),
  );
  if (unformatted.length > 0)
    throw new Refusal(`not formatted, run npm run format: ${unformatted.join(', ')}`);
}

function formatScripts(fix) {
  run('prettier', [fix ? '--write' : '--check', '--log-level', 'warn', '.']);
}

function checkRules() {
  const broken = [...brokenTextRules(), ...brokenIncludeRules()];
  if (broken.length > 0) throw new Refusal(`${broken.length} broken rules\n  ${broken.join('\n  ')}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main((args) => {
    setup({ tests: true });
    lint({ fix: args.includes('--fix') });
    say('sources are in order');
  });
}
