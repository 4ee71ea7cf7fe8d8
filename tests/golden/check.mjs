// Runs the golden cases through the eval protocol of one or two commands: every answer must match the expected value
// within the tolerance of its case, and two commands must agree in every bit.
//
//   node tests/golden/check.mjs 'build/release/assay-eval' ['node dist/cli.js eval']
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { withData } from './data.mjs';

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

/**
 * Why the ROC curve of a report is not the one with these corners, or null. A report leaves out points less
 * than 1/400 from the last one: its points lie on the curve, and each corner lies that close to one of them.
 */
function rocDifference({ fpr, tpr }, corners, bound) {
  const points = fpr.map((x, i) => [x, tpr[i]]);
  const path = corners.fpr.map((x, i) => [x, corners.tpr[i]]);
  const stray = points.find(
    (point) => !path.some((end, i) => i > 0 && apart(point, path[i - 1], end) <= bound),
  );
  if (stray) return `roc: (${stray}) is not on the curve`;
  const ends = [path[0], path.at(-1)];
  const missed = path.find((corner) => {
    const reach = ends.includes(corner) ? bound : 1 / 400;
    return !points.some(([x, y]) => Math.max(Math.abs(x - corner[0]), Math.abs(y - corner[1])) <= reach);
  });
  return missed ? `roc: no point near the corner (${missed})` : null;
}

/** Distance of a point from the line between two others. */
function apart([x, y], [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
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
  const found = difference(result, testCase.expected, (want) => atol + rtol * Math.abs(want), 'result');
  if (found !== null || !testCase.roc_corners) return found;
  return rocDifference(result.whole.roc, testCase.roc_corners, atol + rtol);
}

const commands = process.argv.slice(2);
if (commands.length === 0) throw new Error("usage: check.mjs 'COMMAND' ['OTHER COMMAND']");
const cases = goldenCases();
const requests = cases.map(({ id, function: name, args }) => ({ id, function: name, args: withData(args) }));
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
