// npm run lint: format and rules of the sources. npm run format (--fix) mends the format.

import { fileURLToPath } from 'node:url';
import { brokenIncludeRules } from './checks/includes.mjs';
import { brokenTextRules } from './checks/text.mjs';
import { main, Refusal, say } from './lib/process.mjs';
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
  run('clang-format', [...(fix ? ['-i'] : ['--dry-run', '-Werror']), ...files]);
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
