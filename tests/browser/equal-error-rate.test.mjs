// The page on the equal error rate: the threshold moves, maps of the score change pictures and no rate, definitions part.

import assert from 'node:assert/strict';
import { settled } from './support.mjs';
import { on, says, test, text } from './visit.mjs';

const onPage = (body, options) => on('explainers/equal-error-rate/', body, options);

test('the threshold moves by keyboard and pointer, and the errors follow', () =>
  onPage(async (page) => {
    const handle = page.locator('[role=slider][aria-label="Threshold"]');
    const falseAlarms = '.threshold-lab .readout dd';
    await handle.focus();
    await page.keyboard.press('Home');
    await says(page, falseAlarms, /^100\.0\s%/);
    await page.keyboard.press('End');
    await says(page, falseAlarms, /^0\.0\s%/);
    const box = await handle.locator('.grip').boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x - 300, box.y, { steps: 5 });
    await page.mouse.up();
    await page.waitForFunction(
      () => Number(document.querySelector('[aria-label="Threshold"]').getAttribute('aria-valuenow')) < 0.8,
    );
  }));

test('a map of the scores keeps the rate and the calls, and moves the threshold', () =>
  onPage(async (page) => {
    const all = () => page.locator('.threshold-lab .readout dd').allInnerTexts();
    const handle = page.locator('[role=slider][aria-label="Threshold"]');
    const [before, old] = [await all(), await handle.getAttribute('aria-valuenow')];
    await page.locator('.threshold-lab .choice label', { hasText: 'cubed' }).click();
    await page.waitForFunction(
      (value) => document.querySelector('[aria-label="Threshold"]').getAttribute('aria-valuenow') !== value,
      old,
    );
    await page.waitForTimeout(300);
    assert.deepEqual(await all(), before);
    assert.equal(await text(page, '.threshold-lab .same'), 'yes');
  }));

test('the example has three rates, new trials have others', () =>
  onPage(async (page) => {
    const chart = '.three-definitions [role=img]';
    const label = () => page.locator(chart).first().getAttribute('aria-label');
    assert.match(await label(), /interpolated 15\.4\s%; nearest 22\.0\s%; convex hull 10\.0\s%/);
    await page.getByRole('button', { name: 'new trials, seed 1' }).click();
    await page.waitForFunction(
      (s) => !/nearest 22\.0\s%/.test(document.querySelector(s).getAttribute('aria-label')),
      chart,
    );
    await page.getByRole('button', { name: 'the example' }).click();
    await page.waitForFunction(
      (s) => /nearest 22\.0\s%/.test(document.querySelector(s).getAttribute('aria-label')),
      chart,
    );
  }));

test('sets of trials and frames follow their sliders', () =>
  onPage(async (page) => {
    for (const part of ['.trial-counts', '.localisation']) {
      const chart = `${part} [role=img]`;
      const old = await page.locator(chart).getAttribute('aria-label');
      await page.locator(`${part} input[type=range]`).first().focus();
      await page.keyboard.press('ArrowRight');
      await page.waitForFunction(
        ([s, before]) => document.querySelector(s).getAttribute('aria-label') !== before,
        [chart, old],
      );
    }
    const reported = await text(page, '.trial-counts .reported');
    await page.locator('[role=slider][aria-label="Recordings tested"]').focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(
      (before) => document.querySelector('.trial-counts .reported').innerText !== before,
      reported,
    );
    await settled(page);
  }));
