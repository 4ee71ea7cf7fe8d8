// What `scripts/setup.mjs` found, for every other script: nothing else looks for tools.

import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import * as process_ from './process.mjs';

export { capture, main, onPath, Refusal, root, say } from './process.mjs';

const { root } = process_;

/** Where set-up keeps what it made; git ignores it. */
export const toolchainFolder = join(root, '.toolchain');

/** Set-up's record of the tools. */
export const pathsFile = join(toolchainFolder, 'paths.json');

/**
 * The tools that set-up chose: `include` (header folder for native and wasm builds), `emscripten`
 * (`emcc`, `cmakeToolchain`, `version`, `env`), `doxygen`, `chromium`.
 */
export function toolchain() {
  if (!existsSync(pathsFile)) throw new process_.Refusal('the tools are not set up; run: npm run setup');
  return JSON.parse(readFileSync(pathsFile, 'utf8'));
}

/** The environment for child processes: Emscripten's variables, and the project's own tools on PATH. */
export function toolEnvironment() {
  const bin = join(root, 'node_modules', '.bin');
  return {
    ...process.env,
    ...toolchain().emscripten.env,
    PATH: [bin, process.env.PATH].join(delimiter),
  };
}

/** Runs a command in that environment; `options.env` adds to it. Throws a `Refusal` when it fails. */
export function run(command, args, options = {}) {
  process_.run(command, args, { ...options, env: { ...toolEnvironment(), ...options.env } });
}
