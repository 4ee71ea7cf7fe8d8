// The calibration report of one's own file: read, judged by group, explained when bad, cancelled in the middle.

import assert from 'node:assert/strict';
import { after, before, test as nodeTest } from 'node:test';
import { launch, openPage, serve, settled, siteFolder, sitePolicy } from './support.mjs';

/** A page that answers no more must fail its test, not the run. */
const test = (name, body) => nodeTest(name, { timeout: 180000 }, body);

let browser;
let server;
before(async () => {
  browser = await launch();
  server = await serve(siteFolder, { base: '/assay/', headers: { 'content-security-policy': sitePolicy } });
});
after(async () => {
  await browser.close();
  await server.close();
});

/** Opens the page, runs the body and requires that nothing went wrong on it. */
async function on(body) {
  const { page, problems, close } = await openPage(browser, { origin: server.url });
  await page.goto(`${server.url}calibrate.html`);
  await settled(page);
  await page.waitForFunction(() => /Report in/.test(document.querySelector('.drop').innerText));
  await body(page);
  assert.deepEqual(problems, []);
  await close();
}

const text = (page, selector) => page.locator(selector).first().innerText();
const csv = (name, content) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });

test('calibration: the example is judged, and another model changes metrics and diagram', () =>
  on(async (page) => {
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
  on(async (page) => {
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
  on(async (page) => {
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
