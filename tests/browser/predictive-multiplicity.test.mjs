// The page on predictive multiplicity: figures follow the slider and the patient, long work can be cancelled.

import assert from 'node:assert/strict';
import { on, test } from './visit.mjs';

const onPage = (body, options) => on('explainers/predictive-multiplicity/', body, options);

const ring = '[role=slider][aria-label^="Patient"]';
const said = (page) => page.locator(ring).getAttribute('aria-valuetext');
const readout = (page) => page.locator('.competing-models .readout').innerText();
const label = (page, figure) => page.locator(`${figure} [role=img]`).first().getAttribute('aria-label');

/** Waits until the text of a figure matches. */
const labelled = (page, figure, pattern) =>
  page.waitForFunction(
    ([selector, source]) =>
      new RegExp(source).test(
        document.querySelector(`${selector} [role=img]`)?.getAttribute('aria-label') ?? '',
      ),
    [figure, pattern],
  );
const slide = async (page, key) => {
  await page.locator('.competing-models input[type=range]').focus();
  await page.keyboard.press(key);
};

test('multiplicity: without touching anything the page shows the numbers that its text states', () =>
  onPage(async (page) => {
    assert.match(await said(page), /^patient 233, benign: best model 35\s%, competing models 7\s% to 77\s%$/);
    await labelled(page, '.all-patients', '569 patients at epsilon 0.01: mean width 0.131, largest 0.696');
    await labelled(page, '.disagreement', 'At a move of 0.10: ambiguity 34\\s%, 90 % interval');
  }));

test('multiplicity: the slider redraws all figures', () =>
  onPage(async (page) => {
    const models = await label(page, '.competing-models');
    await slide(page, 'End');
    await labelled(page, '.all-patients', '569 patients at epsilon 0.05: mean width 0.295, largest 0.967');
    assert.notEqual(await label(page, '.competing-models'), models);
    assert.match(await readout(page), /above 99.99/);
    await labelled(page, '.disagreement', 'ambiguity 74');
    await slide(page, 'Home');
    await labelled(page, '.all-patients', '569 patients at epsilon 0.001: mean width 0.041');
  }));

test('multiplicity: every step of the slider changes the readout', () =>
  onPage(async (page) => {
    const slider = page.locator('.competing-models input[type=range]').first();
    const readout = () => page.locator('.competing-models .readout').first().innerText();
    await slider.focus();
    for (const key of ['ArrowRight', 'ArrowLeft', 'ArrowRight']) {
      const old = await readout();
      await page.keyboard.press(key);
      await page.waitForFunction(
        (text) => document.querySelector('.competing-models .readout').innerText !== text,
        old,
      );
    }
  }));

test('multiplicity: patients are chosen with keys, buttons and the pointer', () =>
  onPage(async (page) => {
    await page.locator(ring).focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(
      (selector) => !/^patient 233,/.test(document.querySelector(selector).getAttribute('aria-valuetext')),
      ring,
    );
    await page.getByRole('button', { name: 'patient 545' }).click();
    await page.waitForFunction(
      (selector) => /23\s% to 46\s%/.test(document.querySelector(selector).getAttribute('aria-valuetext')),
      ring,
    );
    await page.locator('.all-patients .holder svg').first().scrollIntoViewIfNeeded();
    const box = await page.locator('.all-patients .holder svg').first().boundingBox();
    await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2);
    await page.waitForFunction(
      () => !/^patient 545,/.test(document.querySelector('.competing-models dt').innerText),
    );
    await page.mouse.move(box.x + box.width * 0.6, 2);
    await page.waitForFunction(() =>
      /^patient 545,/.test(document.querySelector('.competing-models dt').innerText),
    );
    await page.mouse.click(box.x + box.width * 0.6, box.y + box.height / 2);
    await page.getByRole('button', { name: 'reset' }).click();
    await page.waitForFunction(() =>
      /^patient 233,/.test(document.querySelector('.competing-models dt').innerText),
    );
  }));

test('multiplicity: the number in the text moves the curve\u2019s mark, the bootstrap can be cancelled and run again', () =>
  onPage(async (page) => {
    const old = await label(page, '.disagreement');
    await page.locator('.disagreement [role=slider]').focus();
    await page.keyboard.press('ArrowRight');
    await labelled(page, '.disagreement', '^At a move of 0.11');
    assert.notEqual(await label(page, '.disagreement'), old);
    await page.getByRole('button', { name: 'run again, seed 2' }).click();
    await page.locator('.disagreement').getByRole('button', { name: 'cancel', exact: true }).click();
    await page.getByRole('button', { name: 'run again, seed 3' }).click();
    await labelled(page, '.disagreement', '90 % interval');
  }));
