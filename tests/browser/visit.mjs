// What the tests of interactions share: one browser and one server a file, and a visit that must go without a problem.

import assert from 'node:assert/strict';
import { after, before, test as nodeTest } from 'node:test';
import { launch, openPage, serve, settled, siteFolder, sitePolicy } from './support.mjs';

/** A page that answers no more must fail its test, not the run. */
export const test = (name, body) => nodeTest(name, { timeout: 180000 }, body);

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

/**
 * Opens a page, runs the body and requires that nothing went wrong on it.
 *
 * @param ready    waits until the page can be used; default: all its figures are drawn and no job runs
 * @param options  of openPage
 */
export async function on(path, body, { ready = settled, ...options } = {}) {
  const { page, problems, close } = await openPage(browser, { origin: server.url, ...options });
  await page.goto(server.url + path);
  await ready(page);
  await body(page);
  assert.deepEqual(problems, []);
  await close();
}

export const text = (page, selector) => page.locator(selector).first().innerText();

/** Waits until the text of an element is another one; gives both. */
export async function changes(page, selector, act) {
  const old = await text(page, selector);
  await act();
  await page.waitForFunction(([s, t]) => document.querySelector(s)?.innerText !== t, [selector, old]);
  return [old, await text(page, selector)];
}

/** Waits until the text of an element matches. */
export const says = (page, selector, pattern) =>
  page.waitForFunction(
    ([s, source]) => new RegExp(source).test(document.querySelector(s)?.innerText ?? ''),
    [selector, pattern.source],
  );

/** A file that the visitor chooses. */
export const csv = (name, content) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });
