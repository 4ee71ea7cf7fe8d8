// The system packages that building and testing need, each with its purpose and the proof that it is there.

import { existsSync, readdirSync } from 'node:fs';
import { onPath } from '../lib/process.mjs';
import { findChromium, findDoxygen } from './tools.mjs';

const command = (name) => () => onPath(name) !== undefined;
const file = (path) => () => existsSync(path);

/** Whether LLVM's libFuzzer runtime is installed for the system's clang. */
function hasFuzzerRuntime() {
  const base = '/usr/lib/clang';
  if (!existsSync(base)) return false;
  return readdirSync(base).some((version) => {
    const runtime = `${base}/${version}/lib/linux`;
    return existsSync(runtime) && readdirSync(runtime).some((name) => name.startsWith('libclang_rt.fuzzer'));
  });
}

/** Needed to build the package and the site. */
export const buildPackages = [
  { name: 'g++', why: 'the C++ compiler', present: command('g++') },
  { name: 'cmake', why: 'the build system', present: command('cmake') },
  { name: 'ninja-build', why: 'runs the build', present: command('ninja') },
  {
    name: 'doxygen',
    why: 'reads the headers that the bindings are made from',
    present: () => !!findDoxygen(),
  },
  { name: 'python3', why: 'Emscripten is written in it', present: command('python3') },
];

/** Needed beside those to run every test. */
export const testPackages = [
  { name: 'libgtest-dev', why: 'unit tests', present: file('/usr/include/gtest/gtest.h') },
  {
    name: 'googletest',
    why: 'unit tests in WebAssembly',
    present: file('/usr/src/googletest/CMakeLists.txt'),
  },
  { name: 'libbenchmark-dev', why: 'benchmarks', present: file('/usr/include/benchmark/benchmark.h') },
  { name: 'librapidcheck-dev', why: 'property tests', present: file('/usr/include/rapidcheck.h') },
  { name: 'libmpfr-dev', why: 'reference values of the ulp tests', present: file('/usr/include/mpfr.h') },
  { name: 'clang', why: 'fuzzing', present: command('clang++') },
  { name: 'libclang-rt-14-dev', why: 'fuzzing and sanitizer runtimes', present: hasFuzzerRuntime },
  { name: 'clang-format', why: 'formatting check', present: command('clang-format') },
  {
    name: 'binutils',
    why: 'nm, for the check of the objects of each instruction set',
    present: command('nm'),
  },
  { name: 'pkg-config', why: 'test of the installed library', present: command('pkg-config') },
  { name: 'chromium', why: 'browser tests', present: () => !!findChromium() },
  {
    name: 'g++-aarch64-linux-gnu',
    why: 'cross-compiles the NEON kernels',
    present: () => process.arch === 'arm64' || !!onPath('aarch64-linux-gnu-g++'),
  },
  {
    name: 'qemu-user',
    why: 'runs the NEON tests',
    present: () => process.arch === 'arm64' || !!onPath('qemu-aarch64'),
  },
];
