// The headline of the competitive Swiss page as assertions, on the real table of Atari scores.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { init } from 'assay';
import { idleJob } from '../../lib/idle-job.js';
import { normalisedMeans, ranks, robustness, simulate, trace, wiped } from './model.js';
import { parseTable, TableError } from './table.js';

const table = parseTable(readFileSync('web/public/data/atari_agent57.csv', 'utf8'), true);
const index = (model: string): number => table.models.indexOf(model);

before(() => init());

test('expected points on 57 games are those of the reference simulation', async () => {
  const { expected, largestError } = await simulate(
    { scores: table.scores, eliminate: 0, simulations: 20000, seed: 1 },
    idleJob,
  );
  // Reference values of an independent simulation with 20,000 tournaments; both have standard errors near 0.01.
  const reference: Record<string, number> = {
    muzero: 6.19,
    'r2d2(bandit)': 5.82,
    r2d2: 5.46,
    agent57: 3.87,
    'r2d2(retrace)': 2.87,
    ngu: 2.8,
    human: 1.0,
    random: 0.0,
  };
  assert.ok(largestError < 0.02);
  for (const [model, value] of Object.entries(reference)) {
    assert.ok(
      Math.abs((expected[index(model)] ?? NaN) - value) < 0.06,
      `${model}: ${expected[index(model)]} against ${value}`,
    );
  }
});

test('random failures of r2d2(bandit) move its Swiss rank less than its rank by the mean', async () => {
  const input = {
    scores: table.scores,
    model: index('r2d2(bandit)'),
    choices: 60,
    simulations: 2000,
    seed: 1,
  };
  const { changes } = await robustness(input, idleJob);
  const mean = (key: 'swiss' | 'mean'): number => changes.reduce((a, c) => a + c[key], 0) / changes.length;
  assert.equal(changes.length, 60);
  assert.ok(mean('swiss') < mean('mean'), `Swiss ${mean('swiss')}, mean ${mean('mean')}`);
});

test('a tournament of the trace gives one point a match and ends with the points it says', () => {
  const rounds = trace({ scores: table.scores, eliminate: 1, seed: 3, tournament: 5 });
  let matches = 0;
  for (const { matches: played, points } of rounds) {
    matches += played.length;
    const given = points.reduce((a, b) => a + b, 0);
    assert.equal(given, matches);
  }
  assert.equal(rounds.length, 57);
});

test('wiping marks exactly the benchmarks it names and only of one model', () => {
  const { scores, columns } = wiped(table.scores, 2, 8, 4);
  assert.equal(columns.length, 8);
  scores.forEach((row, i) =>
    row.forEach((v, k) => {
      if (i !== 2 || !columns.includes(k)) assert.equal(v, table.scores[i]?.[k]);
    }),
  );
});

test('means are taken over scores scaled to each benchmark', () => {
  assert.deepEqual(
    normalisedMeans([
      [0, 5],
      [10, 5],
      [5, 5],
    ]),
    [0, 0.5, 0.25],
  );
  assert.deepEqual(ranks([3, 5, 5, 1]), [3, 1, 1, 4]);
});

test('a bad table is refused with line and column', () => {
  assert.throws(
    () => parseTable('game,a,b\nx,1,2\ny,3,zz\n', true),
    new TableError('Line 3, column "b": found "zz", need a number.'),
  );
  assert.throws(() => parseTable('game,a,b\nx,1\n', true), /Line 2 has 2 columns, the header has 3/);
  assert.throws(() => parseTable('', true), /header line/);
});
