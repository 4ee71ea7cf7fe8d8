// The calibration page on its example file, and its refusals of bad files.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { init } from 'assay';
import { calibrationReport } from 'assay/calibration';
import { argumentsOf, madeUpTable, optionsOf, summaryOf, type ReportChoice } from './model.js';
import { parseTable } from './read.js';

const example = () => parseTable(readFileSync('web/public/data/breast_cancer_oof.csv', 'utf8'));
const choice = (probability: string): ReportChoice => ({
  label: 'label',
  probability,
  by: '',
  bins: 10,
  seed: 1,
});

function reportOf(probability: string) {
  const given = argumentsOf(example(), choice(probability));
  return calibrationReport(given.labels, given.probabilities, optionsOf(given, choice(probability))).whole;
}

before(() => init());

test('the example offers its label and the probabilities of four models', () => {
  const summary = summaryOf(example());
  assert.equal(summary.rows, 569);
  assert.ok(summary.labels.includes('label'));
  for (const name of ['p_logreg', 'p_naive_bayes']) assert.ok(summary.probabilities.includes(name), name);
});

test('naive Bayes is over-confident, logistic regression is calibrated', () => {
  const bayes = reportOf('p_naive_bayes');
  const regression = reportOf('p_logreg');
  assert.ok(bayes.metrics.balanceScore.upper < 0);
  assert.ok(bayes.tests.miscalibrationTest.pValue < 0.01);
  assert.ok(regression.tests.miscalibrationTest.pValue > 0.05);
  assert.ok(bayes.metrics.smoothEce.lower > regression.metrics.smoothEce.upper);
  // Direct evaluation of the smooth error with the mass at 0 and 1 counted whole.
  assert.equal(bayes.metrics.smoothEce.estimate.toFixed(4), '0.0563');
});

test('groups are judged by themselves', () => {
  const table = parseTable('y,p,place\n1,0.9,north\n0,0.2,south\n0,0.4,north\n1,0.7,south\n');
  const wanted = { ...choice('p'), label: 'y', by: 'place' };
  const given = argumentsOf(table, wanted);
  assert.deepEqual(given.names, ['north', 'south']);
  const { groups } = calibrationReport(given.labels, given.probabilities, optionsOf(given, wanted));
  assert.deepEqual(
    groups.map(({ count }) => count),
    [2, 2],
  );
});

test('what is wrong with a file is told by line, column and need', () => {
  const read = (text: string, probability = 'p') =>
    argumentsOf(parseTable(text), { ...choice(probability), label: 'y' });
  assert.throws(() => read(''), /has a header but no row|is empty/);
  assert.throws(() => read('y,p\n'), /has a header but no row below it/);
  assert.throws(() => read('y,p\n1,0.5\n0\n'), /Line 3 has 1 columns; the header has 2/);
  assert.throws(() => read('y,p\n1,0.5\n2,0.5\n'), /Row 2, column "y": found 2, need 0 or 1/);
  assert.throws(() => read('y,p\n1,half\n'), /Row 1, column "p": found NaN, need a number from 0 to 1/);
  assert.throws(() => read('y,p\n1,0.5\n', 'q'), /The file has no column "q"/);
});

test('a made-up table is over-confident as it says', () => {
  const table = madeUpTable(20_000, 1);
  const wanted = { ...choice('probability') };
  const given = argumentsOf(table, wanted);
  const { whole } = calibrationReport(given.labels, given.probabilities, {
    ...optionsOf(given, wanted),
    nBoot: 20,
  });
  assert.ok(Math.abs(whole.recalibration.slope - 0.8) < 0.05, `slope ${whole.recalibration.slope}`);
});
