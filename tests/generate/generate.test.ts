// The generator: what it writes for a header with every allowed form, and where it stops at a header it cannot read.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { generate } from '../../bindings/generate/main.js';
import { HeaderError, type Api } from '../../bindings/generate/model.js';

const folder = 'tests/generate';
const work = mkdtempSync(join(tmpdir(), 'assay-generate-'));
const paths = JSON.parse(readFileSync('.toolchain/paths.json', 'utf8')) as { readonly doxygen: string };
after(() => rmSync(work, { recursive: true, force: true }));

const settings = (include: string, name: string) => ({
  include,
  out: join(work, name),
  doxygen: paths.doxygen,
  version: '1.2.3',
});

const snapshots = [
  'api.json',
  'error_cases.json',
  'cpp/sample.hpp',
  'wasm/sample.cpp',
  'eval/sample.cpp',
  'eval/tables.cpp',
  'js/index.ts',
  'js/sample.ts',
  'js/specs/sample.ts',
  'js/tables/functions.ts',
  'js/tables/registry.ts',
  'js/tables/shards.ts',
];

test('generator writes what the snapshots show; UPDATE_SNAPSHOTS=1 renews them', () => {
  generate(settings(join(folder, 'fixtures/good'), 'good'));
  for (const name of snapshots) {
    const written = readFileSync(join(work, 'good', name), 'utf8');
    const kept = join(folder, 'snapshots', `${name}.snapshot`);
    if (process.env['UPDATE_SNAPSHOTS']) {
      mkdirSync(dirname(kept), { recursive: true });
      writeFileSync(kept, written);
    }
    assert.equal(written, readFileSync(kept, 'utf8'), name);
  }
});

test('generator writes nothing but the files of the snapshots', () => {
  const files = readdirSync(join(work, 'good'), { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && !join(entry.parentPath ?? entry.path, entry.name).includes('doxygen'),
    )
    .map((entry) => entry.name);
  assert.equal(files.length, snapshots.length);
});

test('generator writes the same again', () => {
  generate(settings(join(folder, 'fixtures/good'), 'again'));
  for (const name of snapshots) {
    assert.equal(
      readFileSync(join(work, 'again', name), 'utf8'),
      readFileSync(join(work, 'good', name), 'utf8'),
      name,
    );
  }
});

/** A header that is right but for one thing: `change` makes it wrong. The function's comment begins at line 12. */
const sound = `#pragma once

namespace assay::inline v1::wrong {

/// Options.
struct twice_options {
  /// (n) weights
  vector_view weights = {};
  double factor = 2.0;  ///< factor
};

/// Twice.
///
/// @param values        (n) numbers
/// @param options       factor
/// @return              (n) twice the numbers
/// @accuracy            exact
/// @cost                O(n)
/// @source              nobody
/// @example             {"values": [1]}
array twice(vector_view values, const twice_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::wrong
`;

let count = 0;
function errorOf(header: string): string {
  const include = join(work, `case${++count}`);
  mkdirSync(join(include, 'assay/wrong'), { recursive: true });
  writeFileSync(join(include, 'assay/wrong/twice.hpp'), header);
  try {
    generate(settings(include, `case${count}-out`));
  } catch (error) {
    if (error instanceof HeaderError) return error.message;
    throw error;
  }
  return 'no error';
}

function change(from: string, to: string): string {
  assert.ok(sound.includes(from), from);
  return sound.replace(from, to);
}

test('generator reads the sound header that the wrong ones come from', () => {
  assert.equal(errorOf(sound), 'no error');
});

/** `sound` with a second function whose comment begins at line 23. */
function withSecond(name: string, comment: readonly string[]): string {
  const lines = comment.map((line) => `/// ${line}\n`).join('');
  return change(
    '\n}  // namespace',
    `\n${lines}array ${name}(vector_view values, const twice_options& options = {}, const context& ctx = {});\n\n}  // namespace`,
  );
}

test('a function takes over by @inputs what it does not say itself', () => {
  const header = withSecond('thrice', [
    'Thrice.',
    '',
    '@inputs              twice',
    '@return              (n) thrice the numbers',
    '@cost                O(1)',
  ]);
  assert.equal(errorOf(header), 'no error');
  const api = JSON.parse(readFileSync(join(work, `case${count}-out`, 'api.json'), 'utf8')) as Api;
  const [thrice, twice] = api.functions;
  assert.equal(thrice?.name, 'thrice');
  assert.equal(thrice?.returns.doc, 'thrice the numbers');
  assert.equal(thrice?.cost, 'O(1)');
  for (const same of ['parameters', 'options', 'throws', 'accuracy', 'source', 'example'] as const)
    assert.deepEqual(thrice?.[same], twice?.[same], same);
});

const stops: readonly [what: string, header: string, message: string][] = [
  [
    'an unknown parameter type',
    change('array twice(vector_view values', 'array twice(std::vector<double> values'),
    'assay/wrong/twice.hpp:21: type "std::vector<double>" cannot be a parameter or an option',
  ],
  [
    'an unknown result type',
    change('array twice', 'std::map<int, int> twice'),
    'assay/wrong/twice.hpp:21: type "std::map<int,int>" cannot be a result',
  ],
  [
    'a function without comment',
    change('/// Twice.\n///\n', '\n'),
    'assay/wrong/twice.hpp:20: twice has no doc comment',
  ],
  [
    'a parameter without @param',
    change('/// @param values        (n) numbers\n', ''),
    'assay/wrong/twice.hpp:20: twice: parameter values has no @param',
  ],
  [
    'a @param without parameter',
    change('@param options ', '@param option  '),
    'assay/wrong/twice.hpp:21: twice: parameter options has no @param',
  ],
  [
    'a parameter without shape',
    change('(n) numbers', 'numbers'),
    'assay/wrong/twice.hpp:14: twice: values has no shape, such as (n, m), before its text',
  ],
  [
    'a shape of the wrong rank',
    change('(n) numbers', '(n, m) numbers'),
    'assay/wrong/twice.hpp:14: twice: values: shape (n, m) does not fit a vector',
  ],
  [
    'a shape that is none',
    change('(n) numbers', '(n, ?) numbers'),
    'assay/wrong/twice.hpp:14: twice: values: "?" is no extent',
  ],
  [
    'a result without @return',
    change('/// @return              (n) twice the numbers\n', ''),
    'assay/wrong/twice.hpp:20: twice has no @return',
  ],
  [
    'a missing @source',
    change('/// @source              nobody\n', ''),
    'assay/wrong/twice.hpp:20: twice has no @source',
  ],
  [
    '@inputs of a function that is not there',
    change('@cost                O(n)', '@inputs              thrice'),
    'assay/wrong/twice.hpp:18: twice: @inputs thrice is no other function of this domain',
  ],
  ['an unknown tag', change('@cost ', '@costs'), 'assay/wrong/twice.hpp:18: unknown tag @costs'],
  [
    '@inputs of a function that has it from another',
    withSecond('thrice', ['Thrice.', '', '@inputs              twice', '@return (n) thrice']).replace(
      '@cost                O(n)',
      '@inputs              thrice',
    ),
    'assay/wrong/twice.hpp:18: twice: @inputs must name the function that describes them',
  ],
  [
    'an undocumented member',
    change('  ///< factor', ''),
    'assay/wrong/twice.hpp:9: member factor of twice_options has no comment',
  ],
  [
    'a member without default',
    change('double factor = 2.0;', 'double factor;'),
    'assay/wrong/twice.hpp:9: member factor of twice_options has no default',
  ],
  [
    'a member without shape',
    change('/// (n) weights', '/// weights'),
    'assay/wrong/twice.hpp:8: member weights of twice_options has no shape, such as (n, m), before its text',
  ],
  [
    'an option of the name of a parameter',
    change('double factor', 'double values'),
    'assay/wrong/twice.hpp:21: twice: values is a parameter and an option; they share one name space',
  ],
  [
    'a reserved option name',
    change('double factor', 'double out'),
    'assay/wrong/twice.hpp:9: member out of twice_options: the name out is reserved',
  ],
  [
    'an example that is not JSON',
    change('{"values": [1]}', '{values: [1]}'),
    'assay/wrong/twice.hpp:20: @example is not JSON on one line',
  ],
  [
    'an example with another argument',
    change('{"values": [1]}', '{"values": [1], "n": 2}'),
    'assay/wrong/twice.hpp:20: @example: there is no argument n',
  ],
  [
    'an example that lacks an argument',
    change('{"values": [1]}', '{}'),
    'assay/wrong/twice.hpp:20: @example lacks values',
  ],
  [
    'a struct that nobody uses',
    change('/// Twice.', '/// Lost.\nstruct lost {\n  double x = 0.0;  ///< x\n};\n\n/// Twice.'),
    'assay/wrong/twice.hpp:13: struct lost is used by no public function',
  ],
  [
    'an enum value without comment',
    change('/// Twice.', '/// Words.\nenum class word {\n  one,  ///< 1\n  two\n};\n\n/// Twice.'),
    'assay/wrong/twice.hpp:15: value two of enum word has no comment',
  ],
  [
    'a type alias',
    change('/// Twice.', '/// Alias.\nusing number = double;\n\n/// Twice.'),
    'assay/wrong/twice.hpp:13: typedef number: a public header declares functions, enums, structs and classes only',
  ],
  [
    'rows that the result lacks',
    change('(n) twice the numbers', '(k) twice the numbers').replace(
      '/// @example',
      '/// @parallel            rows\n/// @example',
    ),
    'assay/wrong/twice.hpp:22: twice: @parallel rows, but the result has no leading axis n',
  ],
  [
    'a @parallel class that does not exist',
    change('/// @example', '/// @parallel            twice_accumulator\n/// @example'),
    'assay/wrong/twice.hpp:22: twice: @parallel twice_accumulator names neither rows nor a class of the domain',
  ],
  [
    'a class without role',
    change('/// Twice.', '/// Class.\nclass thing {\n public:\n  /// New.\n  thing();\n};\n\n/// Twice.'),
    'assay/wrong/twice.hpp:13: class thing needs one of @accumulator, @model, @simulation',
  ],
  [
    'an accumulator that lacks a method',
    change(
      '/// Twice.',
      '/// Class.\n///\n/// @accumulator\nclass thing {\n public:\n  /// New.\n  thing();\n};\n\n/// Twice.',
    ),
    'assay/wrong/twice.hpp:15: accumulator thing has no update',
  ],
  [
    'a name that clashes in JavaScript',
    change('/// Twice.', '/// Words.\nenum class twice_options_ {\n  one  ///< 1\n};\n\n/// Twice.'),
    'assay/wrong/twice.hpp:13: twice_options_ and twice_options are both TwiceOptions in JavaScript',
  ],
];

for (const [what, header, message] of stops) {
  test(`generator stops at ${what}`, () => {
    assert.equal(errorOf(header), message);
  });
}
