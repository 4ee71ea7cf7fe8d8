// One folder with the header-only libraries, for native and WebAssembly builds alike. /usr/include itself must
// never reach emcc, where it would hide Emscripten's C library; so each library is linked in by name.

import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../lib/process.mjs';
import { toolchainFolder } from '../lib/toolchain.mjs';
import { canInstall, installMissing, system } from './debian.mjs';
import { headerPackages, prefix, unpack } from './trixie.mjs';

/** The folder to put on the include path. */
export const includeFolder = join(toolchainFolder, 'include');

// name under the include folder -> where it may be found below a system's include folder
const libraries = {
  xsimd: { places: ['xsimd'], package: 'libxsimd-dev', what: 'xsimd 13 or newer' },
  xtl: { places: ['xtl'], package: 'xtl-dev', what: 'xtl' },
  taskflow: { places: ['taskflow'], package: 'libtaskflow-cpp-dev', what: 'Taskflow 3.9 or newer' },
  Eigen: { places: ['eigen3/Eigen', 'Eigen'], package: 'libeigen3-dev', what: 'Eigen 3.4' },
  boost: { places: ['boost'], package: 'libboost-dev', what: 'Boost.Math' },
  nlohmann: { places: ['nlohmann'], package: 'nlohmann-json3-dev', what: 'nlohmann-json 3.11' },
  Spectra: { places: ['Spectra'], package: 'libspectra-dev', what: 'Spectra' },
};

/** Fills the include folder. */
export function prepareHeaders() {
  const bases = libraryBases();
  mkdirSync(includeFolder, { recursive: true });
  for (const [name, library] of Object.entries(libraries)) {
    link(join(includeFolder, name), locate(bases, library) ?? refuse(library));
  }
  const found = xsimdVersion();
  if (found < 13) throw new Refusal(`xsimd ${found} is too old: please install xsimd 13 or newer`);
}

/** The include folders to search, after installing what the system can offer. */
function libraryBases() {
  const { id, version } = system();
  if (id === 'debian' && version === 12) {
    unpack(headerPackages);
    return [join(prefix, 'usr/include')];
  }
  const bases = ['/usr/local/include', '/usr/include', '/opt/homebrew/include'];
  if (canInstall()) {
    installMissing(
      Object.values(libraries).map((library) => ({
        name: library.package,
        why: `the header library ${library.what}`,
        present: () => locate(bases, library) !== undefined,
      })),
    );
  }
  return bases;
}

function locate(bases, library) {
  return bases.flatMap((base) => library.places.map((place) => join(base, place))).find(existsSync);
}

function refuse(library) {
  throw new Refusal(
    `the header library ${library.what} is missing: please install it (Debian: ${library.package})`,
  );
}

function link(path, target) {
  if (lstatSync(path, { throwIfNoEntry: false })) rmSync(path);
  symlinkSync(target, path);
}

function xsimdVersion() {
  const text = readFileSync(join(includeFolder, 'xsimd/config/xsimd_config.hpp'), 'utf8');
  return Number(/XSIMD_VERSION_MAJOR (\d+)/.exec(text)?.[1] ?? 0);
}
