// What a visitor does: figures follow, bad files get an answer, long work can be cancelled.

import assert from 'node:assert/strict';
import { settled } from './support.mjs';
import { changes, csv, on, test, text } from './visit.mjs';

test('landing page: moving the outcome by keyboard changes all three scores within 100 ms', () =>
  on('', async (page) => {
    const scores = () => page.locator('.instrument h2').allInnerTexts();
    const first = await scores();
    await page.locator('[role=slider][aria-label=Outcome]').focus();
    await page.keyboard.press('PageDown');
    await page.keyboard.press('PageDown');
    await page.waitForFunction(
      (old) => [...document.querySelectorAll('.instrument h2')].every((h, i) => h.innerText !== old[i]),
      first,
    );
    const elapsed = await page.evaluate(async () => {
      const value = () => document.querySelector('.instrument h2').innerText;
      const old = value();
      const handle = document.querySelector('[role=slider][aria-label=Outcome]');
      const start = performance.now();
      handle.dispatchEvent(new KeyboardEvent('keydown', { key: 'PageUp', bubbles: true }));
      while (value() === old) await new Promise((done) => setTimeout(done, 4));
      return performance.now() - start;
    });
    // The promise is 100 ms; a busy test machine gets twice that.
    assert.ok(elapsed < 200, `${elapsed} ms`);
  }));

test('landing page: dragging the mean with the pointer moves it', () =>
  on('', async (page) => {
    const handle = page.locator('[role=slider][aria-label="Mean of the forecast"]');
    const old = Number(await handle.getAttribute('aria-valuenow'));
    const box = await handle.locator('.grip').boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 60, box.y, { steps: 5 });
    await page.mouse.up();
    await page.waitForTimeout(300);
    assert.ok(Number(await handle.getAttribute('aria-valuenow')) > old + 1);
  }));

test('landing page: the browser computes the bits of the native build', () =>
  on('', async (page) => {
    await page.waitForSelector('.same-bits .here code');
    assert.equal(await text(page, '.same-bits .here code'), await text(page, '.same-bits .native code'));
    assert.match(await text(page, '.same-bits [role=status]'), /^Equal\./);
  }));

test('landing page: size and speed are measured here', () =>
  on('', async (page) => {
    await page.getByRole('button', { name: 'measure here' }).click();
    await page.waitForFunction(() => /times as long/.test(document.body.innerText), undefined, {
      timeout: 30000,
    });
    assert.match(await page.innerText('.landing'), /\d+ kB\s+gzip/);
  }));

test('verification: a file of one\u2019s own is scored, a bad one is explained, and the page lives on', () =>
  on('verify.html', async (page) => {
    const good =
      'observation,member_1,member_2,member_3,place\n' +
      Array.from(
        { length: 40 },
        (_, i) => `${i % 7},${i % 5},${(i * 3) % 8},${i % 3},${i % 2 ? 'north' : 'south'}`,
      ).join('\n');
    const score = '.readout dd';
    const [, own] = await changes(page, score, () =>
      page.setInputFiles('input[type=file]', csv('own.csv', good)),
    );
    assert.match(await text(page, '.drop'), /own\.csv\s*: 40 forecasts of 3 members/);
    await page.setInputFiles('input[type=file]', csv('bad.csv', good.replace('\n3,', '\nthree,')));
    await page.waitForSelector('[role=alert]');
    assert.match(
      await text(page, '[role=alert]'),
      /Line 5, column "observation": found "three", need a finite number/,
    );
    assert.equal(await text(page, score), own, 'the good file is still shown');
    await changes(page, score, () => page.locator('.choice label', { hasText: 'standard' }).click());
    assert.equal(await page.locator('[role=alert]').count(), 0);
  }));

test('verification: a long report can be cancelled in the middle, and the next one follows', () =>
  on('verify.html', async (page) => {
    const rows = Array.from(
      { length: 60_000 },
      (_, i) => `${i % 7},${i % 5},${(i * 3) % 8},${i % 3},a${i % 2}`,
    );
    const long = `observation,member_1,member_2,member_3,place\n${rows.join('\n')}`;
    await page.setInputFiles('input[type=file]', csv('long.csv', long));
    await page.waitForFunction(() => /long\.csv/.test(document.querySelector('.drop').innerText));
    await page.waitForSelector('progress');
    await page.getByRole('button', { name: 'cancel', exact: true }).click();
    await page.waitForSelector('progress', { state: 'detached' });
    await changes(page, '.readout dd', () => page.locator('.choice label', { hasText: 'standard' }).click());
    assert.equal(await page.locator('[role=alert]').count(), 0);
  }));

test('verification: skill and rank histogram follow the choices', () =>
  on('verify.html', async (page) => {
    await changes(page, '.readout > div:nth-child(2) dd', () =>
      page.locator('.choice label', { hasText: 'ensemble mean' }).click(),
    );
    const histogram = page.locator('[role=img][aria-label*="rank histogram"]');
    const old = await histogram.getAttribute('aria-label');
    await page.selectOption('#verify-group', { index: 1 });
    await page.waitForFunction(
      (label) =>
        document.querySelector('[aria-label*="rank histogram"]').getAttribute('aria-label') !== label,
      old,
    );
  }));

test('reliability: bins, strategy and temperature scaling change the diagram', () =>
  on('reliability.html', async (page) => {
    const label = () => page.locator('.lab [role=img]').first().getAttribute('aria-label');
    const value = '.measures td';
    const first = await label();
    assert.equal(await text(page, value), '0.0965');
    await page.locator('.choice label', { hasText: 'temperature scaled' }).click();
    await page.waitForFunction(() => document.querySelector('.measures td').innerText === '0.0248');
    assert.match(await text(page, '.lab'), /1\.364/);
    assert.notEqual(await label(), first);
    await changes(page, value, async () => {
      await page.locator('input[type=range]').focus();
      await page.keyboard.press('ArrowLeft');
    });
    await changes(page, value, () => page.locator('.choice label', { hasText: 'equal count' }).click());
    await page.selectOption('select', 'forest');
    await page.waitForFunction(
      () =>
        !document
          .querySelector('.lab')
          .parentElement.querySelector('.controls')
          .innerText.includes('temperature scaled'),
    );
  }));

test('extremes: the alarmist wins on chosen cases and loses by the weighted score', () =>
  on('extremes.html', async (page) => {
    const verdict = '.readout > div:first-child small';
    const says = (text) =>
      page.waitForFunction(
        ([selector, wanted]) => document.querySelector(selector)?.textContent === wanted,
        [verdict, text],
      );
    await says('graded better than honesty');
    await page.locator('.choice label', { hasText: 'threshold-weighted' }).click();
    await says('graded worse than honesty');
    const caption = 'figure:last-of-type figcaption';
    await changes(page, caption, async () => {
      await page.locator('input[type=range]').last().focus();
      await page.keyboard.press('ArrowLeft');
    });
  }));

test('AIFS-CRPS: a forecaster trains in the page and spreads as its score taught', () =>
  on('explainers/aifs-crps/', async (page) => {
    await page.locator('.forecaster').scrollIntoViewIfNeeded();
    await page.waitForFunction(
      () => /step 800 of 800/.test(document.querySelector('.forecaster [role=status]')?.textContent ?? ''),
      undefined,
      { timeout: 120000 },
    );
    const ratios = await page
      .locator('.forecaster .readout dd')
      .evaluateAll((all) => all.map((cell) => Number.parseFloat(cell.textContent)));
    const [standard, fair, almostFair] = ratios;
    assert.ok(standard < 0.5 && fair > 0.75 && almostFair > 0.7, ratios.join(' '));
  }));

test('scores: the outcome moves, families change, the improper score is least off the truth', () =>
  on('scores.html', async (page) => {
    const label = (k) => page.locator('[role=img]').nth(k).getAttribute('aria-label');
    const relabelled = (k, old) =>
      page.waitForFunction(
        ([at, before]) => document.querySelectorAll('[role=img]')[at].getAttribute('aria-label') !== before,
        [k, old],
      );
    const crps = () => page.locator('svg.figure text', { hasText: /^CRPS/ }).textContent();
    const first = await crps();
    await page.locator('[role=slider][aria-label="Outcome"]').focus();
    await page.keyboard.press('PageDown');
    await page.waitForFunction(
      (old) => [...document.querySelectorAll('svg.figure text')].every((text) => text.textContent !== old),
      first,
    );
    const longRun = await label(1);
    assert.match(longRun, /CRPS: .*least 0 at 1\.00; log score: .*least 0 at 1\.00/);
    await page.locator('input[type=checkbox]').check();
    await relabelled(1, longRun);
    assert.match(await label(1), /minus density: .*least \u2212\S+ at 0\.\d+/);
    const normal = await label(0);
    await page.locator('.choice label', { hasText: 'Student t' }).click();
    await relabelled(0, normal);
  }));

test('AIFS-CRPS: numbers in the text drag the figure, members move, trainings end where theory says', () =>
  on('explainers/aifs-crps/', async (page) => {
    const figure = page.locator('[role=img]').first();
    const old = await figure.getAttribute('aria-label');
    await page.locator('[role=slider][aria-label="Members of the ensemble"]').focus();
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction(
      (label) => document.querySelector('[role=img]').getAttribute('aria-label') !== label,
      old,
    );
    await page.locator('[role=slider][aria-label="Member 4"]').focus();
    const fair = () => page.locator('svg.figure text', { hasText: /^fair: score/ }).textContent();
    assert.match(await fair(), /^fair: score 0\.0000/);
    await page.keyboard.press('Home');
    await page.waitForFunction(() =>
      /pull on the large member/.test(document.querySelector('svg.figure').textContent),
    );
    assert.match(await fair(), /^fair: score 0\.0000/, 'wherever the fourth member goes');
    const heads = await page.locator('.readout').first().innerText();
    assert.match(heads, /almost fair: outer heads\s+\u22122\.[45]\d and 2\.[45]\d/);
    const learned = await page.locator('.readout').nth(1).innerText();
    assert.match(learned, /standard: learned \/ true spread\s+0\.6[123]\d/);
  }));

test('competitive Swiss: eliminating and failing runs change the standings, a tournament steps through', () =>
  on('explainers/competitive-swiss/', async (page) => {
    const table = '.compare';
    await changes(page, table, async () => {
      await page.locator('input[type=range]').first().focus();
      await page.keyboard.press('ArrowRight');
    });
    await settled(page);
    await changes(page, table, () => page.locator('[aria-label^="muzero, alien"]').click());
    assert.equal(await page.locator('[aria-label^="muzero, alien"]').innerText(), 'failed');
    await changes(page, '.one-tournament .what', () =>
      page.getByRole('button', { name: 'next round' }).click(),
    );
    await page.locator('.choice label', { hasText: 'my own table' }).click();
    await page.fill('#gauntlet-csv', 'game,a,b\nx,1,2\ny,3,oops\n');
    await page.getByRole('button', { name: 'use this table' }).click();
    assert.match(
      await text(page, '.score-editor [role=alert]'),
      /Line 3, column "b": found "oops", need a number/,
    );
    await page.fill('#gauntlet-csv', 'game,a,b\nx,1,2\ny,3,1\n');
    await page.getByRole('button', { name: 'use this table' }).click();
    await page.waitForFunction(() => /\ba\b/.test(document.querySelector('.compare').innerText));
    assert.equal(await page.locator('.score-editor [role=alert]').count(), 0);
  }));

test('competitive Swiss: a long simulation can be cancelled', () =>
  on('explainers/competitive-swiss/', async (page) => {
    await page.selectOption('#gauntlet-count', '1000000');
    await page.getByRole('button', { name: 'cancel', exact: true }).first().click();
    await page.getByRole('button', { name: /^run again/ }).waitFor();
  }));

test('reference: an example runs, and a wrong argument is explained', () =>
  on('reference/crps_ensemble.html', async (page) => {
    await page.getByRole('button', { name: 'run' }).click();
    await page.waitForSelector('.try-it pre');
    assert.match(await text(page, '.try-it pre'), /Float64Array \[/);
    await page.fill('.try-it textarea', '{"observations": [0.5], "members": [[0, 1, 4], [1, 3, 2]]}');
    await page.getByRole('button', { name: 'run' }).click();
    await page.waitForSelector('.try-it pre.failed');
    assert.match(await text(page, '.try-it pre'), /shape \/ length_mismatch/);
  }));

test('search: a key opens it, a word finds the function, Enter goes there', () =>
  on('', async (page) => {
    await page.keyboard.press('/');
    await page.fill('dialog input', 'corp');
    await page.waitForSelector('[role=option]');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => /^corp/.test(document.querySelector('h1').innerText));
    assert.match(page.url(), /reference\/corp_/);
  }));

test('a phone gets a menu, and the colours can be switched', () =>
  on(
    '',
    async (page) => {
      await page.getByRole('button', { name: 'Pages' }).click();
      await page.getByRole('link', { name: 'Reliability', exact: true }).click();
      await page.waitForURL(/reliability\.html/);
      const background = () =>
        page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      const old = await background();
      await page.getByRole('button', { name: 'Dark colours' }).click();
      assert.notEqual(await background(), old);
      await settled(page);
    },
    { width: 360 },
  ));

test('a figure\u2019s data button copies its numbers as CSV', () =>
  on(
    'verify.html',
    async (page) => {
      await page.getByRole('button', { name: 'data' }).first().click();
      await page.waitForFunction(() => /copied 20 rows/.test(document.body.innerText));
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      assert.match(copied, /^name,value,low,high\n"CESM-DPLE, 1",0\.04/);
    },
    { permissions: ['clipboard-read', 'clipboard-write'] },
  ));

test('speed: the machine is measured and each WebAssembly case has a time', () =>
  on('speed.html', async (page) => {
    await page.getByRole('button', { name: 'measure this machine' }).click();
    await page.getByRole('button', { name: 'measure again' }).waitFor({ timeout: 120000 });
    const rows = await page
      .locator('table tbody tr')
      .evaluateAll((all) =>
        all.map((row) => [...row.querySelectorAll('td.number')].map((cell) => Number(cell.textContent))),
      );
    assert.equal(rows.length, 14);
    for (const row of rows) assert.ok(row.length === 3 && row.every((ns) => ns > 0), `times: ${row}`);
  }));
