// Runs the golden cases through the eval protocol of one or two commands: every answer must match the expected value
// within the tolerance of its case, and two commands must agree in every bit.
//
//   node tests/golden/check.mjs 'build/release/assay-eval' ['node dist/cli.js eval']
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

const here = new URL('.', import.meta.url);

/** All cases of the golden files beside this script. */
function goldenCases() {
  const files = readdirSync(here).filter((name) => name.endsWith('.json'));
  return files.sort().flatMap((name) => JSON.parse(readFileSync(new URL(name, here), 'utf8')).cases);
}

/** Answers of `command` to `requests`, one a request. */
function evaluate(command, requests) {
  const input = requests.map((request) => JSON.stringify(request)).join('\n') + '\n';
  const run = spawnSync(command, { shell: true, input, encoding: 'utf8', maxBuffer: 2 ** 30 });
  const answers = run.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  if (run.status !== 0 || answers.length !== requests.length) {
    throw new Error(
      `${command}: exit ${run.status}, ${answers.length} answers to ${requests.length} requests\n${run.stderr}`,
    );
  }
  return answers;
}

const special = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);
const numberOf = (value) => special.get(value) ?? value;

/** First difference between `got` and `want` as text, or null. `bound(want)` is the allowed distance. */
function difference(got, want, bound, where) {
  if (Array.isArray(want)) {
    if (!Array.isArray(got) || got.length !== want.length) return `${where}: wants ${want.length} elements`;
    return firstOf(want.map((item, i) => () => difference(got[i], item, bound, `${where}[${i}]`)));
  }
  if (want !== null && typeof want === 'object') {
    const missing = Object.keys(want).find((key) => !(key in (got ?? {})));
    if (missing !== undefined) return `${where}.${missing} is missing`;
    return firstOf(
      Object.keys(want).map((key) => () => difference(got[key], want[key], bound, `${where}.${key}`)),
    );
  }
  const [a, b] = [numberOf(got), numberOf(want)];
  if (typeof b !== 'number')
    return a === b ? null : `${where}: got ${JSON.stringify(got)}, wants ${JSON.stringify(want)}`;
  const fits = Object.is(a, b) || a === b || Math.abs(a - b) <= bound(b);
  return fits ? null : `${where}: got ${got}, wants ${want}, off by ${Math.abs(a - b)}, allowed ${bound(b)}`;
}

function firstOf(checks) {
  for (const check of checks) {
    const found = check();
    if (found !== null) return found;
  }
  return null;
}

/** A simulated result against its exact expectation, in units of its own standard error. */
function simulationDifference({ args, expected, tolerance_standard_errors: factor }, result) {
  const root = Math.sqrt(args.simulations);
  const probability = (p) => factor * (Math.sqrt(p * (1 - p)) / root) + 1e-12;
  const means = expected.expected_win_score.map(
    (mean, i) => () =>
      difference(
        result.expected_win_score[i],
        mean,
        () => (factor * expected.standard_deviation[i]) / root,
        `mean[${i}]`,
      ),
  );
  return (
    firstOf(means) ??
    difference(result.rank_probability, expected.rank_probability, probability, 'rank_probability')
  );
}

const plain = (name) =>
  String(name ?? '')
    .replace(/[^a-z0-9]/gi, '')
    .toLowerCase();

/** Why an answer does not satisfy its case, or null. */
function complaint(testCase, answer) {
  const { error, result } = answer;
  if ('expected_error' in testCase) {
    if (!error) return `no error, wants: ${testCase.expected_error}`;
    const named =
      testCase.error_argument === undefined || plain(error.argument) === plain(testCase.error_argument);
    return named && error.argument && error.message
      ? null
      : `error blames ${error.argument}: ${error.message}`;
  }
  if (error) return `${error.code}: ${error.message}`;
  if (testCase.tolerance_standard_errors) return simulationDifference(testCase, result);
  const { atol = 1e-12, rtol = 1e-10 } = testCase;
  return difference(result, testCase.expected, (want) => atol + rtol * Math.abs(want), 'result');
}

const commands = process.argv.slice(2);
if (commands.length === 0) throw new Error("usage: check.mjs 'COMMAND' ['OTHER COMMAND']");
const cases = goldenCases();
const requests = cases.map(({ id, function: name, args }) => ({ id, function: name, args }));
let failures = 0;
const fail = (line) => {
  failures += 1;
  console.log(line);
};

const answers = commands.map((command) => evaluate(command, requests));
commands.forEach((command, which) => {
  cases.forEach((testCase, i) => {
    const why = complaint(testCase, answers[which][i]);
    if (why !== null) fail(`FAIL ${testCase.id} (${command}): ${why}`);
  });
});
if (commands.length === 2) {
  cases.forEach((testCase, i) => {
    const [a, b] = answers.map((list) => JSON.stringify(list[i]));
    if (a !== b) fail(`BITS ${testCase.id}: ${a.slice(0, 200)} against ${b.slice(0, 200)}`);
  });
}
console.log(`golden: ${cases.length} cases, ${commands.length} commands, ${failures} failures`);
process.exitCode = failures === 0 ? 0 : 1;
