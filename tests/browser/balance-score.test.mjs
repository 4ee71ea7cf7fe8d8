// The Balance page: forecasts and outcomes move, samples follow the sliders, a shift hides from the score.

import assert from 'node:assert/strict';
import { settled } from './support.mjs';
import { on, says, test } from './visit.mjs';

const onPage = (body, options) => on('explainers/balance-score/', body, options);

const relabelled = async (page, selector, act) => {
  const label = () => page.locator(selector).first().getAttribute('aria-label');
  const old = await label();
  await act();
  await page.waitForFunction(
    ([s, before]) => document.querySelector(s)?.getAttribute('aria-label') !== before,
    [selector, old],
  );
  return [old, await label()];
};

test('four cases: a forecast moves by keyboard, an outcome flips, the mean follows', () =>
  onPage(async (page) => {
    const readout = '.readout';
    await says(page, readout, /\u22120\.2500 \u00b1 0\.23/);
    await page.locator('[role=switch][aria-label="Event 3 happened"]').focus();
    await page.keyboard.press('Enter');
    // The third forecast, 0.70, now adds 0.30 and not -0.70: the sum goes from -1 to 0.
    await says(page, readout, /0\.0000 \u00b1/);
    const forecast = page.locator('[role=slider][aria-label="Forecast 1"]');
    await forecast.focus();
    await page.keyboard.press('ArrowLeft');
    assert.equal(await forecast.getAttribute('aria-valuetext'), '0.89');
    await says(page, readout, /\+0\.0025/);
    await page.getByRole('button', { name: 'reset' }).first().click();
    await says(page, readout, /\u22120\.2500/);
  }));

test('the claim: |Balance| is nearly without bias at n = 100, ECE is not; the slope changes both', () =>
  onPage(async (page) => {
    const values = await page.locator('.sample-sizes .readout dd').allInnerTexts();
    const [trueError, balance, ece] = values.map((v) => Number.parseFloat(v.replace('\u2212', '-')));
    assert.ok(Math.abs(trueError - 0.0823) < 0.001, values.join(' '));
    assert.ok(Math.abs(balance) < Math.abs(ece) / 3, values.join(' '));
    const chart = '.sample-sizes [role=img]';
    await relabelled(page, chart, async () => {
      await page.locator('.sample-sizes input[type=range]').first().focus();
      await page.keyboard.press('ArrowRight');
    });
    await settled(page);
    const measures = () => page.locator(chart).nth(1).getAttribute('aria-label');
    const old = await measures();
    await page.locator('.sample-sizes input[type=range]').nth(1).focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(
      ([s, before]) => document.querySelectorAll(s)[1]?.getAttribute('aria-label') !== before,
      [chart, old],
    );
    assert.match(await measures(), /n = 500/);
  }));

test('the shift: Balance hides it, and taking it away makes both forecasts one', () =>
  onPage(async (page) => {
    const region = '.cancellation';
    await says(page, `${region} .readout`, /0\.0950[^]*\u22120\.0150/);
    await page.getByRole('button', { name: 'no shift' }).click();
    await says(page, `${region} table`, /the same/);
    await says(page, `${region} .readout`, /0\.0000/);
    await page.getByRole('button', { name: 'shift +0.1' }).click();
    await says(page, `${region} .readout`, /0\.0950/);
  }));
