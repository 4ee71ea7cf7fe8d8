// The native library as users get it: installed, found by CMake and pkg-config, static and shared, part of another
// project, packed.
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const consumer = join(root, 'tests/install/consumer');
const work = mkdtempSync(join(tmpdir(), 'assay-install-'));
const staticPrefix = join(work, 'static');
const sharedPrefix = join(work, 'shared');
const expected = /^0 1\ncrps_ensemble: .*\n$/;

/** Runs a program; its output is shown when it fails. */
function run(program, words, env = {}) {
  try {
    return execFileSync(program, words, {
      encoding: 'utf8',
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    throw new Error(`${program} ${words.join(' ')}\n${error.stdout}\n${error.stderr}`);
  }
}

/** Configures and builds the consumer project; returns its build folder and what configuring said. */
function buildConsumer(name, definitions) {
  const folder = join(work, `build-${name}`);
  const said = run('cmake', ['-S', consumer, '-B', folder, '-G', 'Ninja', ...definitions]);
  run('cmake', ['--build', folder]);
  return { folder, said };
}

function headersBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? headersBelow(path) : [path];
  });
}

before(() => run('cmake', ['--install', join(root, 'build/release'), '--prefix', staticPrefix]));
after(() => rmSync(work, { recursive: true, force: true }));

test('find_package finds the installed static library', () => {
  const { folder } = buildConsumer('static', [`-DCMAKE_PREFIX_PATH=${staticPrefix}`]);
  assert.match(run(join(folder, 'consumer'), []), expected);
});

test('find_package refuses a version that is not compatible', () => {
  const project = join(work, 'newer');
  run('cmake', ['-E', 'make_directory', project]);
  const lines = [
    'cmake_minimum_required(VERSION 3.22)',
    'project(newer CXX)',
    'find_package(assay 99 REQUIRED)',
    '',
  ];
  writeFileSync(join(project, 'CMakeLists.txt'), lines.join('\n'));
  const definitions = [`-DCMAKE_PREFIX_PATH=${staticPrefix}`];
  const { status, stderr } = spawnSync(
    'cmake',
    ['-S', project, '-B', join(project, 'build'), ...definitions],
    {
      encoding: 'utf8',
    },
  );
  assert.notEqual(status, 0);
  assert.match(stderr.replaceAll(/\s+/g, ' '), /compatible with requested version "99"/);
});

test('pkg-config describes the installed library', () => {
  const env = { PKG_CONFIG_PATH: join(staticPrefix, 'lib/pkgconfig') };
  const flags = run('pkg-config', ['--cflags', '--libs', '--static', 'assay'], env).trim().split(/\s+/);
  const program = join(work, 'pkg-config-consumer');
  run('g++', ['-std=c++20', join(consumer, 'main.cpp'), '-o', program, ...flags]);
  assert.match(run(program, []), expected);
});

test('installed headers stand alone and name none of the libraries inside', async () => {
  const include = join(staticPrefix, 'include');
  const headers = headersBelow(join(include, 'assay')).map((path) => relative(include, path));
  assert.ok(headers.includes('assay/scoring/crps_ensemble.hpp'));
  assert.deepEqual(
    headers.filter((name) => /\bkernels?\b|kernels_impl|simd|vmath|internal|dispatch/.test(name)),
    [],
  );
  const compile = promisify(execFile);
  const check = async (header, worker) => {
    const unit = join(work, `header-${worker}.cpp`);
    const included = join(work, `header-${worker}.d`);
    writeFileSync(unit, `#include <${header}>\n`);
    const words = [
      '-std=c++20',
      '-Wall',
      '-Wextra',
      '-Wpedantic',
      '-Werror',
      '-fsyntax-only',
      '-MD',
      '-MF',
      included,
    ];
    await compile('g++', [...words, '-I', include, unit]);
    assert.doesNotMatch(readFileSync(included, 'utf8'), /xsimd|taskflow|Eigen|boost/, header);
  };
  const left = [...headers];
  const worker = async (_, number) => {
    for (let header = left.pop(); header !== undefined; header = left.pop()) await check(header, number);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
});

test('add_subdirectory builds the library alone, shared, and installs it', () => {
  // One instruction set and no optimisation of the rest: this is about the build files.
  const definitions = ['-DBUILD_SHARED_LIBS=ON', '-DASSAY_INSTALL=ON', '-DCMAKE_BUILD_TYPE=Debug'];
  if (process.arch === 'x64') definitions.push('-DASSAY_ISAS=sse4.2');
  const { folder, said } = buildConsumer('subdirectory', [`-DASSAY_SOURCE_DIR=${root}`, ...definitions]);
  assert.match(said, /targets of assay: assay$/m);
  assert.match(run(join(folder, 'consumer'), []), expected);
  run('cmake', ['--install', folder, '--prefix', sharedPrefix]);
});

test('find_package finds the installed shared library', () => {
  const { folder } = buildConsumer('shared', [`-DCMAKE_PREFIX_PATH=${sharedPrefix}`]);
  assert.match(run(join(folder, 'consumer'), []), expected);
});

test('shared library shows the public names only', () => {
  const symbols = run('nm', [
    '--dynamic',
    '--demangle',
    '--defined-only',
    join(sharedPrefix, 'lib/libassay.so'),
  ]);
  const names = symbols.split('\n').filter((line) => line !== '');
  assert.ok(names.some((name) => name.includes('assay::v1::scoring::crps_ensemble(')));
  assert.deepEqual(
    names.filter((name) => !name.includes('assay::v1::') || name.includes('xsimd')),
    [],
  );
});

test('CPack writes an archive and a Debian package', () => {
  const folder = join(work, 'packages');
  run('cpack', ['--config', join(root, 'build/release/CPackConfig.cmake'), '-B', folder]);
  const names = readdirSync(folder);
  const archive = names.find((name) => name.endsWith('.tar.gz'));
  const debian = names.find((name) => name.endsWith('.deb'));
  for (const listing of [
    run('tar', ['-tzf', join(folder, archive)]),
    run('dpkg', ['-c', join(folder, debian)]),
  ]) {
    for (const file of [
      'include/assay/scoring/crps_ensemble.hpp',
      'assayConfig.cmake',
      'assay.pc',
      'bin/assay-eval',
    ]) {
      assert.ok(listing.includes(file), file);
    }
  }
});

test('ASSAY_CUDA without nvcc fails with one clear line', () => {
  const { status, stderr } = spawnSync(
    'cmake',
    [
      '-S',
      root,
      '-B',
      join(work, 'cuda'),
      '-DASSAY_CUDA=ON',
      '-DASSAY_TESTS=OFF',
      '-DCMAKE_CUDA_COMPILER=NOTFOUND',
    ],
    { encoding: 'utf8', env: { ...process.env, PATH: '/usr/bin:/bin', CUDACXX: '' } },
  );
  assert.notEqual(status, 0);
  assert.match(stderr.replaceAll(/\s+/g, ' '), /ASSAY_CUDA=ON needs nvcc, which was not found/);
});
