// Helpers of the JavaScript tests.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const api = JSON.parse(readFileSync(`${root}/build/generated/api.json`, 'utf8'));
export const errorCases = JSON.parse(readFileSync(`${root}/build/generated/error_cases.json`, 'utf8')).cases;

/** Answers of the native assay-eval, one a line. */
export function nativeAnswers(lines, words = []) {
  const run = spawnSync(`${root}/build/release/assay-eval`, words, {
    input: lines.map((line) => `${line}\n`).join(''),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (run.status !== 0) throw new Error(`assay-eval ended with ${run.status}: ${run.stderr}`);
  return run.stdout.split('\n').slice(0, -1);
}

/** The error that `call` throws. */
export function errorOf(call) {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** Numbers of a fixed sequence in [0, 1): a 32-bit linear congruential generator (Numerical Recipes). */
export function sequence(count, seed = 1) {
  let state = seed >>> 0;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}

/** A result with every array as plain numbers and -0 told from 0, for comparison by bits. */
export function bits(value) {
  if (ArrayBuffer.isView(value))
    return {
      type: value.constructor.name,
      bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64'),
    };
  if (Array.isArray(value)) return value.map(bits);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, bits(part)]));
  return value;
}
