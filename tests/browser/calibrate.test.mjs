// The calibration report of one's own file: read, judged by group, explained when bad, cancelled in the middle.

import assert from 'node:assert/strict';
import { csv, on, says, test, text } from './visit.mjs';

const onPage = (body) =>
  on('calibrate.html', async (page) => {
    await says(page, '.drop', /Report in/);
    await body(page);
  });

test('calibration: the example is judged, and another model changes metrics and diagram', () =>
  onPage(async (page) => {
    const first = await text(page, '.readout dd');
    const diagram = () =>
      page.locator('[role=img][aria-label*="Reliability diagram"]').getAttribute('aria-label');
    const label = await diagram();
    await page.selectOption('#calibrate-probability', 'p_logreg');
    await page.waitForFunction((old) => document.querySelector('.readout dd').innerText !== old, first);
    assert.notEqual(await diagram(), label);
    assert.match(await text(page, 'table.scores'), /Brier score/);
  }));

test('calibration: a file of one\u2019s own is judged by group, a bad one is explained', () =>
  onPage(async (page) => {
    const rows = Array.from({ length: 300 }, (_, i) => {
      const p = ((i * 37) % 100) / 100;
      return `${(i * 61) % 100 < 100 * p ? 1 : 0},${p},${i % 2 ? 'north' : 'south'}`;
    });
    await page.setInputFiles('input[type=file]', csv('own.csv', `event,chance,place\n${rows.join('\n')}\n`));
    await page.waitForFunction(() => /own\.csv: 300 rows/.test(document.querySelector('.drop').innerText));
    await page.selectOption('#calibrate-by', 'place');
    await page.waitForSelector('#calibrate-group');
    await page.selectOption('#calibrate-group', 'north');
    await page.waitForFunction(() =>
      /north, 150 rows/.test(document.querySelector('table.scores').innerText),
    );
    await page.setInputFiles('input[type=file]', csv('bad.csv', 'event,chance\n1,0.5\n0\n'));
    await page.waitForSelector('[role=alert]');
    assert.match(await text(page, '[role=alert]'), /Line 3 has 1 columns; the header has 2/);
    assert.match(await text(page, '.drop'), /own\.csv/);
  }));

test('calibration: ten million rows show progress, leave the page free and can be cancelled', () =>
  onPage(async (page) => {
    await page.getByRole('button', { name: 'try ten million rows' }).click();
    await page.waitForSelector('progress');
    // The page draws frames while the worker works.
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    assert.equal(await page.locator('progress').count(), 1, 'the worker is still at it');
    await page.getByRole('button', { name: 'cancel', exact: true }).click();
    await page.waitForSelector('progress', { state: 'detached' });
    await page.getByRole('button', { name: 'choose a CSV file' }).waitFor();
    assert.equal(await page.locator('[role=alert]').count(), 0);
  }));
