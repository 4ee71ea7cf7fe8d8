// The verification page on its example file, and its refusals of bad files.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { init } from 'assay';
import { idleJob } from '../lib/idle-job.js';
import { verify, type Estimator, type VerifyChoice } from './model.js';
import { FileError } from '../lib/read-csv.js';
import { parseForecasts } from './read.js';

const example = (): string => readFileSync('web/public/data/sst_decadal_ensemble.csv', 'utf8');
const choice = (estimator: Estimator): VerifyChoice => ({
  by: ['system', 'lead_year'],
  estimator,
  reference: 'climatology',
  blockLength: 5,
  seed: 1,
});

before(() => init());

test('scores of the example are those of a direct evaluation', async () => {
  const forecasts = parseForecasts(example());
  assert.equal(forecasts.observations.length, 900);
  // n = 45 each; values rounded to the digits shown.
  const expected: [string, number, number, number][] = [
    ['CESM-DPLE, 1', 0.04511, 0.04317, 0.422],
    ['CESM-DPLE, 5', 0.04339, 0.03957, 0.2],
    ['CESM-DPLE, 10', 0.05156, 0.04758, 0.222],
  ];
  const standard = await verify(forecasts, choice('standard'), idleJob);
  const fair = await verify(forecasts, choice('fair'), idleJob);
  for (const [name, standardScore, fairScore, outside] of expected) {
    const a = standard.groups.find((g) => g.name === name);
    const b = fair.groups.find((g) => g.name === name);
    const [crps] = a?.scores ?? [];
    assert.equal(crps?.mean.value.toFixed(5), standardScore.toFixed(5));
    assert.equal(b?.scores[0]?.mean.value.toFixed(5), fairScore.toFixed(5));
    assert.equal(a?.outside.toFixed(3), outside.toFixed(3));
    for (const { value, low, high } of crps ? [crps.mean, crps.skill] : [])
      assert.ok(low < value && value < high);
  }
  assert.equal(fair.groups.length, 20);
});

test('missing members and observations are counted', async () => {
  const forecasts = parseForecasts(
    'observation,member_1,member_2,member_3\n1,2,NA,3\n,1,2,3\n2,1,2,2.5\n0,1,1,2\n\n',
  );
  assert.equal(forecasts.missingMembers, 1);
  assert.equal(forecasts.skippedLines, 1);
  const { overall } = await verify(forecasts, { ...choice('fair'), by: [] }, idleJob);
  assert.equal(overall.forecasts, 3);
});

test('quantiles are found by the levels in their names', async () => {
  const forecasts = parseForecasts('observation,q0.9,q0.1,q0.5\n1,2,0,1\n3,3,1,2\n0,1,-1,0.5\n2,4,1,2\n');
  assert.equal(forecasts.form, 'quantiles');
  assert.deepEqual(forecasts.levels, [0.1, 0.5, 0.9]);
  assert.deepEqual(Array.from(forecasts.table.subarray(0, 3)), [0, 1, 2]);
  const { overall } = await verify(forecasts, { ...choice('fair'), by: [] }, idleJob);
  assert.equal(overall.scores[0]?.name, 'weighted interval score');
  assert.deepEqual(overall.coverage, [0, 0.75, 1]);
});

test('an ensemble beats its own mean where its spread says something', async () => {
  const forecasts = parseForecasts(example());
  const { overall } = await verify(
    forecasts,
    { ...choice('fair'), by: [], reference: 'ensemble_mean' },
    idleJob,
  );
  const [crps] = overall.scores;
  assert.ok(crps && crps.skill.low > 0.2 && crps.pValue < 1e-6);
  assert.ok(Math.abs(overall.spreadRatio - 1) < 0.05);
});

const refusals: [string, string, string][] = [
  [
    'a word',
    'observation,member_1,member_2\n1,2,3\n4,x7,6\n',
    'Line 3, column "member_1": found "x7", need a finite number or nothing.',
  ],
  [
    'an infinity',
    'observation,member_1,member_2\nInfinity,2,3\n',
    'Line 2, column "observation": found "Infinity", need a finite number or nothing.',
  ],
  ['a short line', 'observation,member_1,member_2\n1,2\n', 'Line 2 has 2 columns; the header has 3.'],
  [
    'no observation',
    'a,member_1,member_2\n1,2,3\n',
    'Line 1 names the columns a, member_1, member_2; one of them must be called "observation".',
  ],
  [
    'one member',
    'observation,member_1\n1,2\n',
    'Line 1 names only one column like "member_1"; an ensemble needs at least two, "member_1", "member_2" and so on, or quantiles "q0.1", "q0.5".',
  ],
  [
    'a lone member',
    'observation,member_1,member_2\n1,2,\n',
    'Line 2 has 1 members with a value; a score needs two.',
  ],
  [
    'a quantile missing',
    'observation,q0.1,q0.9\n1,2,\n',
    'Line 2 has 1 quantiles with a value; it needs all 2.',
  ],
  [
    'a quantile twice',
    'observation,q0.1,quantile_0.1\n1,2,3\n',
    'Line 1 names two columns for the quantile of level 0.1.',
  ],
  ['no line', 'observation,member_1,member_2\n', 'The file has a header but no forecast below it.'],
  [
    'nothing',
    '',
    'The file is empty; it needs a header line with "observation" and "member_1", "member_2" and so on, or quantiles "q0.1", "q0.5".',
  ],
];
for (const [what, text, message] of refusals) {
  test(`a file with ${what} is refused in one clear sentence`, () => {
    assert.throws(() => parseForecasts(text), new FileError(message));
  });
}
