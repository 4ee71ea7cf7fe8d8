// The command line on real files and on bad ones.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parquetWriteFile } from 'hyparquet-writer';
import { openBrowser, pageErrors } from '../support/browser.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const data = (name) => join(root, 'web/public/data', name);
const folder = mkdtempSync(join(tmpdir(), 'assay-cli-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function assay(words, input) {
  const run = spawnSync(process.execPath, [join(root, 'dist/cli.js'), ...words], { encoding: 'utf8', input });
  return { code: run.status, out: run.stdout, err: run.stderr };
}

function assayJson(words) {
  const { code, out, err } = assay([...words, '--json']);
  assert.equal(code, 0, err);
  return JSON.parse(out);
}

function file(name, text) {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Rows of the sea-surface temperature forecasts of one system and lead year, as CSV text. */
function seaSurface(system, lead) {
  const [head, ...rows] = readFileSync(data('sst_decadal_ensemble.csv'), 'utf8').trim().split('\n');
  const picked = rows.filter((row) => row.startsWith(system) && row.split(',')[2] === String(lead));
  return [head, ...picked].join('\n') + '\n';
}

const scoreOf = (group, name) => group.scores.find(({ score: found }) => found === name);

const score = (path, ...more) => [
  'score',
  path,
  '--observation',
  'observation',
  '--members',
  'member_*',
  ...more,
];

test('score gives the published means of the decadal forecasts', () => {
  // Standard and fair CRPS of 45 forecasts each, direct evaluation in double precision, rounded to five digits.
  const published = [
    ['CESM-DPLE', 1, 0.04511, 0.04317],
    ['CESM-DPLE', 10, 0.05156, 0.04758],
    ['MPI-ESM', 5, 0.05727, 0.05193],
  ];
  for (const [system, lead, standard, fair] of published) {
    const path = file('lead.csv', seaSurface(system, lead));
    for (const [estimator, mean] of Object.entries({ standard, fair })) {
      const { groups } = assayJson(score(path, '--estimator', estimator, '--bootstrap', '100'));
      const crps = scoreOf(groups[0], 'crps');
      assert.equal(groups[0].count, 45);
      assert.equal(crps.mean.toFixed(5), mean.toFixed(5));
      assert.ok(crps.lower < crps.mean && crps.mean < crps.upper);
      assert.equal(
        groups[0].rankHistogram.reduce((sum, count) => sum + count, 0),
        45,
      );
    }
  }
});

test('score by group prints a row for each group and one for all', () => {
  const { code, out } = assay(score(data('sst_decadal_ensemble.csv'), '--by', 'system', '--bootstrap', '50'));
  assert.equal(code, 0);
  assert.match(out, /CESM-DPLE +450 /);
  assert.match(out, /MPI-ESM[^ ]* +450 /);
  assert.match(out, /all +900 /);
});

test('score reads CSV, JSON Lines and Parquet alike', async () => {
  const [head, ...rows] = seaSurface('CESM-DPLE', 1)
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const records = rows.map((row) =>
    Object.fromEntries(head.map((name, i) => [name, i === 0 ? row[i] : Number(row[i])])),
  );
  const csv = file('same.csv', seaSurface('CESM-DPLE', 1));
  const lines = file('same.jsonl', records.map((record) => JSON.stringify(record)).join('\n'));
  const parquet = join(folder, 'same.parquet');
  parquetWriteFile({
    filename: parquet,
    columnData: head.map((name) => ({ name, data: records.map((record) => record[name]) })),
  });
  const answers = [csv, lines, parquet].map((path) => assayJson(score(path, '--bootstrap', '50')).groups);
  assert.deepEqual(answers[1], answers[0]);
  assert.deepEqual(answers[2], answers[0]);
});

test('score leaves missing members out when asked to', () => {
  const path = file('gap.csv', 'observation,member_1,member_2,member_3\n1,0,,2\n2,1,2,4\n');
  const refused = assay(score(path));
  assert.equal(refused.code, 2);
  assert.match(refused.err, /gap\.csv: row 1, column member_2: found an empty cell, wants a number/);
  const { groups } = assayJson(score(path, '--missing', 'omit', '--bootstrap', '20'));
  assert.equal(groups[0].count, 2);
});

test('score takes quantiles, with the levels in their names or by --levels', () => {
  const rows = ['1,0,1,2', '2,1,2.5,3', '5,2,3,4', '3,1,2,4', '0,-1,1,2'];
  const named = file('named.csv', ['y,q0.1,q0.5,q0.9', ...rows].join('\n'));
  const plain = file('plain.csv', ['y,low,mid,high', ...rows].join('\n'));
  const words = (path, columns, ...more) => [
    'score',
    path,
    '--observation',
    'y',
    '--quantiles',
    columns,
    '--bootstrap',
    '50',
    ...more,
  ];
  const { groups } = assayJson(words(named, 'q*'));
  assert.deepEqual(
    groups[0].scores.map(({ score: name }) => name),
    ['weighted_interval_score', 'dispersion', 'overprediction', 'underprediction', 'absolute_error'],
  );
  assert.deepEqual(groups[0].coverage, [0, 0.6, 0.8]);
  assert.deepEqual(assayJson(words(plain, 'low,mid,high', '--levels', '0.1,0.5,0.9')).groups, groups);
  const refused = assay(words(plain, 'low,mid,high'));
  assert.equal(refused.code, 2);
  assert.match(refused.err, /plain\.csv: column low: found no level in its name/);
});

test('score takes the parameters of a distribution, and compares with other forecasts', () => {
  const path = file(
    'normal.csv',
    'y,mu,sigma,mu0,sigma0\n0.1,0,1,1,1\n1.2,1,1,0,1\n-0.4,0,2,0,1\n2,2,1,0,1\n',
  );
  const words = ['score', path, '--observation', 'y', '--distribution', 'normal'];
  const { groups, comparisons } = assayJson([
    ...words,
    '--parameters',
    'mu,sigma',
    '--reference',
    'mu0,sigma0',
    '--thresholds',
    '0,1',
    '--bootstrap',
    '50',
  ]);
  assert.deepEqual(
    groups[0].scores.map(({ score: name }) => name),
    ['crps', 'log_score', 'brier_score', 'brier_score'],
  );
  assert.equal(comparisons[0].reference, 'mu0,sigma0');
  assert.ok(scoreOf(groups[0], 'crps').skill > 0.2);
  assert.equal(assay(words).code, 2);
  assert.match(assay(words).err, /found no --parameters/);
  assert.match(
    assay([...words, '--parameters', 'mu,sigma', '--members', 'mu*']).err,
    /found 2 of --members, --quantiles and --distribution, wants exactly one/,
  );
});

test('calibration judges the naive Bayes classifier as over-confident', () => {
  const words = ['calibration', data('breast_cancer_oof.csv'), '--label', 'label', '--bootstrap', '50'];
  const bayes = assayJson([...words, '--probability', 'p_naive_bayes']).groups[0];
  const regression = assayJson([...words, '--probability', 'p_logreg']).groups[0];
  assert.equal(bayes.count, 569);
  assert.ok(bayes.metrics.ece.estimate > 2 * regression.metrics.ece.estimate);
  assert.ok(bayes.metrics.balanceScore.upper < 0, 'over-confident');
  assert.ok(regression.metrics.rocAuc.estimate > 0.99);
  for (const { estimate, lower, upper } of [bayes.metrics.brierScore, regression.metrics.logLoss])
    assert.ok(lower < estimate && estimate < upper);
  assert.ok(bayes.tests.miscalibrationTest.pValue < 0.05);
});

test('calibration judges groups and weights, and writes a page with the diagrams', () => {
  const rows = Array.from({ length: 400 }, (_, i) => {
    const p = ((i * 37) % 100) / 100;
    return `${p},${(i * 61) % 100 < 100 * p ? 1 : 0},${1 + (i % 3)},${i % 2 ? 'odd' : 'even'}`;
  });
  const path = file('groups.csv', `p,y,w,kind\n${rows.join('\n')}\n`);
  const html = join(folder, 'calibration.html');
  const words = ['calibration', path, '--label', 'y', '--probability', 'p', '--bootstrap', '40'];
  const { groups } = assayJson([...words, '--weight', 'w', '--by', 'kind', '--html', html]);
  assert.deepEqual(
    groups.map(({ name, count }) => [name, count]),
    [
      ['even', 200],
      ['odd', 200],
      ['all', 400],
    ],
  );
  assert.equal(groups[2].weight, 134 + 2 * 133 + 3 * 133);
  const page = readFileSync(html, 'utf8');
  assert.match(page, /Reliability, odd/);
  assert.match(page, /Discrimination, all/);
  const { code, err } = assay([...words, '--weight', 'kind']);
  assert.equal(code, 2);
  assert.match(err, /row 1, column kind: found "even"/);
});

test('tournament gives the expected points of the Atari agents, whatever the number of workers', () => {
  const words = ['tournament', data('atari_agent57.csv'), '--simulations', '20000', '--seed', '3'];
  const one = assayJson([...words, '--workers', '1']);
  const two = assayJson([...words, '--workers', '2']);
  assert.deepEqual(two.result, one.result);
  const points = Object.fromEntries(one.players.map((name, i) => [name, one.result.expectedWinScore[i]]));
  // All 57 games, nobody eliminated: means of an independent simulation, good to two digits.
  assert.ok(Math.abs(points.muzero - 6.19) < 0.03, `muzero ${points.muzero}`);
  assert.ok(Math.abs(points.agent57 - 3.87) < 0.03, `agent57 ${points.agent57}`);
  assert.ok(points.random < 0.01);
});

const bad = [
  [
    'a cell that is no number',
    'observation,member_1,member_2\n1,0,2\n2,x,3\n',
    /row 2, column member_1: found "x", wants a number/,
  ],
  ['a row that is too short', 'observation,member_1,member_2\n1,0\n', /row 1: found 2 cells, wants 3/],
  ['a missing column', 'truth,member_1\n1,0\n', /found no column observation, wants one of: truth, member_1/],
  ['no members', 'observation,x\n1,0\n', /found no column like member_\*/],
  ['no rows', 'observation,member_1,member_2\n', /found a header and no rows/],
  ['nothing', '', /found an empty file/],
  [
    'an infinity',
    'observation,member_1,member_2\n1,0,Infinity\n',
    /row 1, column member_2: found "Infinity"/,
  ],
];
for (const [what, text, message] of bad) {
  test(`score refuses ${what} and writes nothing`, () => {
    const html = join(folder, 'never.html');
    const { code, out, err } = assay(score(file('bad.csv', text), '--html', html));
    assert.equal(code, 2);
    assert.equal(out, '');
    assert.match(err, message);
    assert.equal(err.trim().split('\n').length, 1);
    assert.equal(existsSync(html), false);
  });
}

test('calibration names the row of a label that is neither 0 nor 1', () => {
  const path = file('labels.csv', 'y,p\n0,0.2\n2,0.4\n');
  const { code, err } = assay(['calibration', path, '--label', 'y', '--probability', 'p']);
  assert.equal(code, 2);
  assert.match(err, /labels\.csv: row 2, column y: found 2, wants a label 0 or 1/);
});

test('bad options end with code 2 and a sentence', () => {
  for (const words of [
    ['score', 'x.csv'],
    ['nonsense'],
    ['tournament', 'x.csv', '--simulations', '-3'],
    ['describe', 'nothing'],
  ]) {
    const { code, err } = assay(words);
    assert.equal(code, 2, words.join(' '));
    assert.notEqual(err, '');
  }
  assert.match(assay(score(join(folder, 'absent.csv'))).err, /absent\.csv: no such file/);
});

test('describe shows arguments, options, words, errors and an example', () => {
  const { code, out } = assay(['describe', 'crps_ensemble']);
  assert.equal(code, 0);
  for (const part of [
    'observations [(n)]',
    'estimator',
    'almost_fair',
    'shape_error',
    'crpsEnsemble(',
    '"function": "crps_ensemble"',
  ]) {
    assert.ok(out.includes(part), part);
  }
});

test('functions lists every domain', () => {
  const { out } = assay(['functions']);
  for (const word of ['scoring', 'calibration', 'losses', 'tournament', 'crps_ensemble', 'ece'])
    assert.ok(out.includes(word), word);
});

test('eval answers line by line, in order, and survives nonsense', () => {
  const lines = [
    '{"id": 1, "function": "crps_normal", "args": {"observations": [0], "mu": 0, "sigma": 1}}',
    'nonsense',
    '{"id": "three", "function": "no_such_thing", "args": {}}',
    '{"id": 4, "function": "log_loss", "args": {"labels": [1], "probabilities": [0]}}',
    '[]',
  ];
  const { code, out } = assay(['eval'], lines.join('\n'));
  assert.equal(code, 0);
  const answers = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(answers.length, 5);
  assert.ok(Math.abs(answers[0].result[0] - 0.23369497725510907) < 1e-15);
  assert.equal(answers[1].error.code, 'malformed_request');
  assert.deepEqual([answers[2].id, answers[2].error.code], ['three', 'unknown_function']);
  assert.deepEqual(answers[3], { id: 4, result: 'Infinity' });
  assert.equal(answers[4].error.code, 'malformed_request');
});

test('the HTML report stands alone and draws its figures', async () => {
  const path = join(folder, 'report.html');
  assert.equal(
    assay(score(data('sst_decadal_ensemble.csv'), '--by', 'system', '--bootstrap', '50', '--html', path))
      .code,
    0,
  );
  const browser = await openBrowser();
  try {
    const page = await browser.context.newPage();
    const errors = pageErrors(page);
    const requests = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(`file://${path}`);
    await page.waitForSelector('[data-figure] svg');
    // means by group, three rank histograms; scores, spread, decomposition, rank and PIT histogram
    assert.equal(await page.locator('[data-figure] svg').count(), 4);
    assert.equal(await page.locator('caption').count(), 5);
    assert.deepEqual(errors, []);
    assert.equal(requests.length, 1);
  } finally {
    await browser.close();
  }
});
