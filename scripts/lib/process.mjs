// Running other programs, and ending with one clear line when something cannot go on.

import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout: the folder that holds package.json. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A reason to stop that the reader can act on: printed as one line, without a stack. */
export class Refusal extends Error {}

/** Runs a script's main function; a `Refusal` becomes one line on stderr and exit code 1. */
export async function main(body) {
  try {
    await body(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.error(`assay: ${error.message}`);
    process.exitCode = 1;
  }
}

/** Says one line about what is being done. */
export function say(line) {
  console.log(`assay: ${line}`);
}

/** The full path of a command on PATH, or undefined. */
export function onPath(command) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const candidate = join(folder, command);
    if (isExecutable(candidate)) return candidate;
  }
  return undefined;
}

/** Whether a file exists and may be executed. */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs a command with its output shown; throws a `Refusal` that names it when it fails. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (result.error) throw new Refusal(`cannot run ${command}: ${result.error.message}`);
  if (result.status !== 0) {
    const ending = result.signal ? `was ended by ${result.signal}` : `failed with code ${result.status}`;
    throw new Refusal(`${shortened([command, ...args].join(' '))} ${ending}`);
  }
}

const shortened = (text) => (text.length > 200 ? `${text.slice(0, 200)} ...` : text);

/** Runs a command and returns what it wrote to stdout; undefined when it fails. */
export function capture(command, args, options = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  });
  return result.status === 0 ? result.stdout : undefined;
}
