// Configuring and building one preset of CMakePresets.json.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, toolchain } from './toolchain.mjs';

/**
 * Builds targets of a preset (all of them when none is named), configuring first where needed. Ninja finds out by
 * itself what has changed, also in the CMake files.
 */
export function buildPreset(preset, targets = [], definitions = []) {
  configure(preset, definitions);
  const named = targets.length > 0 ? ['--target', ...targets] : [];
  run('cmake', ['--build', join('build', preset), ...named]);
}

/** Runs the tests of a preset; `filter` is a list of further arguments of ctest, such as `['-L', 'unit']`. */
export function testPreset(preset, filter = [], env = {}) {
  run('ctest', ['--preset', preset, '--test-dir', join('build', preset), ...filter], { env });
}

function configure(preset, definitions) {
  const folder = join(root, 'build', preset);
  const toolchainFile =
    preset === 'wasm' ? [`-DCMAKE_TOOLCHAIN_FILE=${toolchain().emscripten.cmakeToolchain}`] : [];
  const args = ['--preset', preset, ...toolchainFile, ...definitions];
  const presets = readFileSync(join(root, 'CMakePresets.json'), 'utf8');
  const wanted = JSON.stringify([args, presets, toolchain().emscripten.version]);
  const stamp = join(folder, 'configured.json');
  const isDone = existsSync(join(folder, 'build.ninja')) && existsSync(stamp);
  if (isDone && readFileSync(stamp, 'utf8') === wanted) return;
  run('cmake', args);
  mkdirSync(folder, { recursive: true });
  writeFileSync(stamp, wanted);
}
