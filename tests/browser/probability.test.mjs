// The page on deep probability estimation: what its figures do when a visitor touches them.

import assert from 'node:assert/strict';
import { changes, on, test } from './visit.mjs';

/** The training far below starts when one scrolls to it; most tests need not wait for it. */
const onPage = (body) =>
  on('explainers/deep-probability-estimation/', body, {
    ready: (page) => page.waitForSelector('.verdicts tbody'),
  });

const verdict = (page, name) =>
  page.locator('.verdicts tr', { hasText: name }).locator('td').last().innerText();

test('deep probability estimation: AUC is blind to a bold model, ECE prefers one number for all', () =>
  onPage(async (page) => {
    assert.equal(await verdict(page, 'AUC'), 'always level');
    assert.match(await verdict(page, 'Brier score'), /^(9\d|100) of 100/);
    await changes(page, '.verdicts', () => page.getByRole('button', { name: 'one number for all' }).click());
    assert.match(await verdict(page, 'ECE'), /^\d of 100/);
    assert.match(await verdict(page, 'Brier score'), /^(9\d|100) of 100/);
    await changes(page, '.verdicts', () =>
      page.getByRole('button', { name: 'the truth', exact: true }).click(),
    );
    assert.equal(await verdict(page, 'Brier score'), 'always level');
  }));

test('deep probability estimation: handles, numbers in the text and scenarios bend the model', () =>
  onPage(async (page) => {
    for (const name of ['Slope of the model', 'Offset of the model', 'Noise']) {
      await changes(page, '.verdicts', async () => {
        await page.locator(`[role=slider][aria-label="${name}"]`).focus();
        await page.keyboard.press('PageUp');
      });
    }
    await changes(page, '.verdicts', () =>
      page.locator('.one-model .choice label', { hasText: 'sigmoid' }).click(),
    );
    const handle = page.locator('[role=slider][aria-label="Offset of the model"]');
    const old = await handle.getAttribute('aria-valuenow');
    const box = await handle.locator('.grip').boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await page.waitForFunction(
      (before) =>
        document
          .querySelector('[role=slider][aria-label="Offset of the model"]')
          .getAttribute('aria-valuenow') !== before,
      old,
    );
    await changes(page, '.verdicts', () =>
      page.locator('.one-model').getByRole('button', { name: 'new outcomes' }).click(),
    );
    await page.locator('.one-model').getByRole('button', { name: 'reset' }).click();
    await page.waitForFunction(() => /Seed 1\./.test(document.querySelector('.one-model').innerText));
  }));

test('deep probability estimation: random models follow scenario, sample size and seed', () =>
  onPage(async (page) => {
    const label = () => page.locator('.random-models [role=img]').first().getAttribute('aria-label');
    const relabelled = async (act) => {
      const old = await label();
      await act();
      await page.waitForFunction(
        (before) => document.querySelector('.random-models [role=img]').getAttribute('aria-label') !== before,
        old,
      );
    };
    await page
      .locator('.random-models')
      .getByRole('button', { name: /^run again/ })
      .waitFor();
    assert.match(await label(), /^Brier score, 60 dots .*rank correlation 0\.9\d/);
    await relabelled(() => page.locator('.random-models .choice label', { hasText: 'discrete' }).click());
    await relabelled(() =>
      page
        .locator('.random-models')
        .getByRole('button', { name: /^run again/ })
        .click(),
    );
    await relabelled(async () => {
      await page.locator('.random-models input[type=range]').focus();
      await page.keyboard.press('Home');
    });
    await page
      .locator('.random-models')
      .getByRole('button', { name: /^run again/ })
      .waitFor();
    assert.match(await page.innerText('.random-models [role=status]'), /5 of 5 scenarios/);
  }));

test('deep probability estimation: CaPE ends below cross entropy, and a training can be stopped', () =>
  onPage(async (page) => {
    await page.locator('.memorising').scrollIntoViewIfNeeded();
    await page.waitForFunction(
      () => /step 400 of 400 in run 3/.test(document.querySelector('.memorising [role=status]').innerText),
      undefined,
      { timeout: 150000 },
    );
    const numbers = await page
      .locator('.memorising .readout dd')
      .evaluateAll((all) => all.map((cell) => Number.parseFloat(cell.textContent)));
    const [early, crossEntropy, bin, kernel] = numbers;
    assert.ok(early < kernel && kernel < bin && bin < crossEntropy, numbers.join(' '));
    await page.locator('.memorising .choice label', { hasText: 'every 6th' }).click();
    await page.locator('.memorising').getByRole('button', { name: 'stop', exact: true }).click();
    await page
      .locator('.memorising')
      .getByRole('button', { name: /^run again/ })
      .waitFor();
  }));
