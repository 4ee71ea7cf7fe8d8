// Debian 12's Emscripten and xsimd are too old for WebAssembly SIMD. Debian 13's are fetched from the same
// mirror with a private apt configuration and unpacked into .toolchain/: no file of the system changes.

import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture, Refusal, run, say } from '../lib/process.mjs';
import { toolchainFolder } from '../lib/toolchain.mjs';

/** Where the packages are unpacked. */
export const prefix = join(toolchainFolder, 'debian-13');

/** Header-only libraries, for native and WebAssembly builds alike. */
export const headerPackages = [
  'libxsimd-dev',
  'xtl-dev',
  'libtaskflow-cpp-dev',
  'libeigen3-dev',
  'libboost1.83-dev',
  'nlohmann-json3-dev',
  'libspectra-dev',
];

/** Emscripten, its optimiser, and the C library that the optimiser was linked with. */
export const emscriptenPackages = ['emscripten', 'binaryen', 'libc6', 'libstdc++6', 'libgcc-s1'];

/** Downloads packages of Debian 13 and unpacks them into the prefix; a second call does nothing. */
export function unpack(packages) {
  const done = (name) => join(prefix, '.unpacked', name);
  const missing = packages.filter((name) => !existsSync(done(name)));
  if (missing.length === 0) return;
  say(`fetching ${missing.join(', ')} of Debian 13 into .toolchain (the system's own are too old or absent)`);
  const work = join(toolchainFolder, 'apt');
  const folders = ['lists/partial', 'cache/archives/partial', 'debs'].map((name) => join(work, name));
  folders.forEach((folder) => mkdirSync(folder, { recursive: true }));
  const apt = privateApt(work);
  run('apt-get', [...apt, '-qq', 'update'], { stdio: ['ignore', 'ignore', 'inherit'] });
  run('apt-get', [...apt, '-qq', 'download', ...missing], {
    cwd: join(work, 'debs'),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  mkdirSync(join(prefix, '.unpacked'), { recursive: true });
  for (const archive of readdirSync(join(work, 'debs'))) {
    run('dpkg', ['-x', join(work, 'debs', archive), prefix]);
    writeFileSync(done(archive.split('_')[0]), `${archive}\n`);
  }
  rmSync(work, { recursive: true });
}

/** Options that make apt-get read one source, the system's own mirror at trixie, and write only to `work`. */
function privateApt(work) {
  const list = join(work, 'sources.list');
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  const signed = existsSync(keyring) ? `[signed-by=${keyring}] ` : '';
  writeFileSync(list, `deb ${signed}${systemMirror()} trixie main\n`);
  const settings = {
    'Dir::Etc::SourceList': list,
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::Etc::Preferences': '/dev/null',
    'Dir::Etc::PreferencesParts': '/dev/null',
    'Dir::State::Lists': join(work, 'lists'),
    'Dir::State::Status': '/dev/null',
    'Dir::Cache': join(work, 'cache'),
    'APT::Sandbox::User': 'root',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/** The mirror that the system's own apt sources name for its release. */
function systemMirror() {
  const format = '$(CODENAME) $(REPO_URI)';
  const lines = (capture('apt-get', ['indextargets', '--format', format, 'Created-By: Packages']) ?? '')
    .split('\n')
    .map((line) => line.split(' '));
  const mirror = lines.find(([codename]) => codename === 'bookworm')?.[1];
  if (!mirror)
    throw new Refusal('apt-get names no source for bookworm; run apt-get update, or install emsdk');
  return mirror;
}

/** Makes the unpacked Emscripten usable where it lies; returns its folder and the file for EM_CONFIG. */
export function prepareEmscripten() {
  const home = join(prefix, 'usr/share/emscripten');
  wrapBinaryen();
  // Emscripten's JavaScript passes import acorn, which Debian keeps in a folder of its own.
  if (!existsSync(join(home, 'node_modules'))) symlinkSync('/usr/share/nodejs', join(home, 'node_modules'));
  const config = join(prefix, 'emscripten.config.py');
  writeFileSync(
    config,
    [
      "LLVM_ROOT = '/usr/bin'",
      `BINARYEN_ROOT = ${quote(join(prefix, 'binaryen'))}`,
      `NODE_JS = ${quote(process.execPath)}`,
      'FROZEN_CACHE = True',
      `CACHE = ${quote(join(home, 'cache'))}`,
      "LLVM_ADD_VERSION = '19'",
      "CLANG_ADD_VERSION = '19'",
      '',
    ].join('\n'),
  );
  return { home, config };
}

/** Debian 13's binaryen needs a newer C library than the system has: each tool runs on the one beside it. */
function wrapBinaryen() {
  const triple = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
  const libraries = join(prefix, 'usr/lib', triple);
  const loader = readdirSync(libraries).find((name) => name.startsWith('ld-linux-'));
  if (!loader) throw new Refusal(`no dynamic loader in ${libraries}; remove .toolchain and run set-up again`);
  const folder = join(prefix, 'binaryen', 'bin');
  mkdirSync(folder, { recursive: true });
  for (const tool of readdirSync(join(prefix, 'usr/bin')).filter((name) => name.startsWith('wasm'))) {
    const program = join(prefix, 'usr/bin', tool);
    const script = `#!/bin/sh\nexec ${shell(join(libraries, loader))} --library-path ${shell(libraries)} ${shell(program)} "$@"\n`;
    writeFileSync(join(folder, tool), script);
    chmodSync(join(folder, tool), 0o755);
  }
}

const quote = (text) => JSON.stringify(text);
const shell = (text) => `'${text.replaceAll("'", "'\\''")}'`;
