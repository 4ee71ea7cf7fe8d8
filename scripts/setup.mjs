// Makes every tool exist that building and testing need, then records where they are in .toolchain/paths.json.
// Uses nothing but Node itself, since it runs before `npm ci`. Quick when all is there.
//
//   node scripts/setup.mjs          what the build and the site need
//   node scripts/setup.mjs --test   also what the tests need

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main, Refusal, root, run } from './lib/process.mjs';
import { pathsFile, toolchain, toolchainFolder } from './lib/toolchain.mjs';
import { installMissing } from './setup/debian.mjs';
import { chooseEmscripten, ownEmcc } from './setup/emscripten.mjs';
import { includeFolder, prepareHeaders } from './setup/headers.mjs';
import { buildPackages, testPackages } from './setup/packages.mjs';
import { findChromium, findDoxygen } from './setup/tools.mjs';

/** Sets everything up; with `tests`, also what only the tests need. */
export function setup({ tests = false } = {}) {
  requireNode(20);
  installMissing(tests ? [...buildPackages, ...testPackages] : buildPackages);
  if (!isRecorded()) {
    mkdirSync(toolchainFolder, { recursive: true });
    // Emscripten's own .js files are CommonJS; without this, the project's "type": "module" would apply to them.
    writeFileSync(join(toolchainFolder, 'package.json'), '{ "type": "commonjs" }\n');
    const emscripten = chooseEmscripten();
    prepareHeaders();
    record(emscripten);
  } else if (toolchain().chromium !== (findChromium() ?? null)) {
    record(toolchain().emscripten);
  }
  installNodeModules();
}

function requireNode(oldest) {
  const major = Number.parseInt(process.versions.node, 10);
  if (major < oldest)
    throw new Refusal(`Node ${oldest} or newer is needed, this is ${process.versions.node}`);
}

/** What the recorded choice depends on: another emcc, a moved checkout or a changed set-up script make it void. */
function signature() {
  const sources = ['setup.mjs', 'setup/emscripten.mjs', 'setup/headers.mjs', 'setup/trixie.mjs'];
  const hash = createHash('sha256');
  hash.update(JSON.stringify([root, process.arch, process.execPath, ownEmcc() ?? null]));
  for (const source of sources) hash.update(readFileSync(join(root, 'scripts', source)));
  return hash.digest('hex');
}

function isRecorded() {
  if (!existsSync(pathsFile)) return false;
  const { signature: recorded, emscripten, include, doxygen } = toolchain();
  const files = [emscripten.emcc, emscripten.cmakeToolchain, join(include, 'xsimd/xsimd.hpp'), doxygen];
  return recorded === signature() && [...files, ...Object.values(emscripten.env)].every(existsSync);
}

function record(emscripten) {
  const paths = {
    signature: signature(),
    include: includeFolder,
    emscripten,
    doxygen: findDoxygen(),
    chromium: findChromium() ?? null,
  };
  writeFileSync(pathsFile, `${JSON.stringify(paths, null, 2)}\n`);
}

/** `npm ci`, when the lock file is not the one that node_modules was made from. */
function installNodeModules() {
  const stamp = join(root, 'node_modules', '.assay-lock');
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(stamp, lock);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main((args) => setup({ tests: args.includes('--test') }));
}
