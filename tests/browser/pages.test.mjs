// Every page, at both widths and in both themes: no error, no sideways scrolling, nothing that assistive technology
// stumbles over. The site is served under a sub-path with a policy that forbids eval and foreign requests.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test as nodeTest } from 'node:test';
import {
  launch,
  openPage,
  serve,
  settled,
  siteFolder,
  sitePages,
  sitePolicy,
  themes,
  widths,
} from './support.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A page that answers no more must fail its test, not the run. */
const test = (name, body, timeout = 240000) => nodeTest(name, { timeout }, body);
/** For a test that opens some hundred pages. */
const long = 600000;

let browser;
let server;
before(async () => {
  browser = await launch();
  server = await serve(siteFolder, {
    base: '/a/sub-path/',
    headers: { 'content-security-policy': sitePolicy },
  });
});
after(async () => {
  await browser.close();
  await server.close();
});

/** Serious and critical findings of axe, as lines. */
async function accessibility(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ['violations'] }));
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary}`),
    );
}

const overflow = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

for (const path of sitePages()) {
  test(`page ${path || 'index'} is sound in both themes at ${widths.join(' and ')} pixels`, async () => {
    const { page, problems, close } = await openPage(browser, { theme: themes[0], origin: server.url });
    await page.goto(server.url + path);
    await settled(page);
    for (const theme of themes) {
      await page.emulateMedia({ colorScheme: theme });
      await page.waitForFunction(
        (dark) => document.documentElement.classList.contains('dark') === dark,
        theme === 'dark',
      );
      for (const width of widths) {
        await page.setViewportSize({ width, height: 900 });
        await page.waitForTimeout(300);
        const where = `in ${theme} at ${width} pixels`;
        assert.equal(await overflow(page), 0, `no sideways scrolling ${where}`);
        assert.deepEqual(await accessibility(page), [], `accessible ${where}`);
      }
    }
    assert.deepEqual(problems, []);
    await close();
  });
}

test(
  'every reference page loads without an error',
  async () => {
    const left = sitePages({ everyReference: true }).filter((path) => path.startsWith('reference/'));
    assert.ok(left.length > 50, `${left.length} reference pages`);
    // Two tabs: one works while the other waits for the page to come.
    const visit = async () => {
      const { page, problems, close } = await openPage(browser, { origin: server.url });
      for (let path = left.pop(); path !== undefined; path = left.pop()) {
        await page.goto(server.url + path, { waitUntil: 'load' });
        assert.ok((await page.textContent('h1'))?.trim(), `${path} has a title`);
        assert.equal(await overflow(page), 0, `${path} does not scroll sideways`);
      }
      assert.deepEqual(problems, []);
      await close();
    };
    await Promise.all([visit(), visit()]);
  },
  long,
);

test('a wrong address shows the way back', async () => {
  const { page, close } = await openPage(browser, {});
  const response = await page.goto(`${server.url}no-such-page.html`);
  assert.equal(response.status(), 404);
  assert.match(await page.textContent('h1'), /no page here/);
  await close();
});
