// Which Emscripten to use: the user's own, Debian 13's, or Debian 13's unpacked beside a Debian 12 system.

import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { capture, isExecutable, onPath, Refusal, say } from '../lib/process.mjs';
import { installMissing, system } from './debian.mjs';
import { emscriptenPackages, prepareEmscripten, unpack } from './trixie.mjs';

const oldest = [3, 1, 60];
const advice = 'install emsdk (https://emscripten.org/docs/getting_started/downloads.html) and set EMSDK';

/** The Emscripten to use: `{ source, version, emcc, cmakeToolchain, env }`. */
export function chooseEmscripten() {
  return existing() ?? fromDebian();
}

/** Where an Emscripten of the user's own is, or undefined: part of what set-up's stamp remembers. */
export function ownEmcc() {
  const fromEmsdk = process.env.EMSDK && join(process.env.EMSDK, 'upstream/emscripten/emcc');
  if (fromEmsdk && isExecutable(fromEmsdk)) return fromEmsdk;
  return onPath('emcc');
}

function existing() {
  const emcc = ownEmcc();
  if (!emcc) return undefined;
  const version = versionOf(emcc, {});
  if (!version || isOlder(version, oldest)) {
    const what = version ? `${version.join('.')}, older than ${oldest.join('.')}` : 'not usable';
    say(`not using ${emcc}: it is ${what}`);
    return undefined;
  }
  return found('already on this machine', emcc, version, {});
}

function fromDebian() {
  const { id, version } = system();
  if (id === 'debian' && version >= 13) {
    const here = () => onPath('emcc') !== undefined;
    installMissing([{ name: 'emscripten', why: 'compiles C++ to WebAssembly', present: here }]);
    const emcc = onPath('emcc');
    return found(`Debian ${version}'s package`, emcc, versionOf(emcc, {}), {});
  }
  if (id === 'debian' && version === 12) return unpacked();
  throw new Refusal(`no emcc ${oldest.join('.')} or newer on PATH and no $EMSDK: please ${advice}`);
}

/** Debian 12: its LLVM 19 (in its security suite) with the Emscripten of Debian 13. */
function unpacked() {
  installMissing([
    { name: 'clang-19', why: 'compiles C++ to WebAssembly', present: () => !!onPath('clang-19') },
    { name: 'lld-19', why: 'links WebAssembly', present: () => !!onPath('wasm-ld-19') },
    { name: 'llvm-19', why: 'object tools that Emscripten calls', present: () => !!onPath('llvm-ar-19') },
    { name: 'node-acorn', why: 'Emscripten parses its JavaScript with it', present: hasAcorn },
  ]);
  unpack(emscriptenPackages);
  const { home, config } = prepareEmscripten();
  const env = { EM_CONFIG: config };
  const emcc = join(home, 'emcc');
  return found("Debian 13's packages, unpacked in .toolchain", emcc, versionOf(emcc, env), env);
}

const hasAcorn = () => existsSync('/usr/share/nodejs/acorn');

function found(source, emcc, version, env) {
  const told = capture(join(dirname(emcc), 'em-config'), ['EMSCRIPTEN_ROOT'], {
    env: { ...process.env, ...env },
  });
  const cmakeToolchain = [dirname(realpathSync(emcc)), told?.trim() ?? '']
    .map((folder) => join(folder, 'cmake/Modules/Platform/Emscripten.cmake'))
    .find(existsSync);
  if (!version || !cmakeToolchain) throw new Refusal(`the Emscripten of ${emcc} does not run: ${advice}`);
  say(`Emscripten ${version.join('.')}: ${source}`);
  return { source, version: version.join('.'), emcc, cmakeToolchain, env };
}

function versionOf(emcc, env) {
  const text = capture(emcc, ['--version'], { env: { ...process.env, ...env } });
  const parts = text && /(\d+)\.(\d+)\.(\d+)/.exec(text);
  return parts ? parts.slice(1).map(Number) : undefined;
}

function isOlder(version, than) {
  const differs = version.findIndex((part, i) => part !== than[i]);
  return differs >= 0 && version[differs] < than[differs];
}
