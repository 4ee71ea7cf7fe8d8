#!/usr/bin/env node
// Saves a picture of every page to build/screenshots, at desktop and phone width, light and dark.
// node tests/browser/screenshots.mjs [part of a page's address ...]

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch, openPage, root, serve, settled, siteFolder, sitePages, themes, widths } from './support.mjs';

const wanted = process.argv.slice(2);
const folder = join(root, 'build', 'screenshots');
mkdirSync(folder, { recursive: true });
const server = await serve(siteFolder, { base: '/some/place/' });
const browser = await launch();
const pages = sitePages().filter(
  (page) => wanted.length === 0 || wanted.some((part) => (page || 'index').includes(part)),
);
for (const path of pages) {
  for (const width of widths) {
    for (const theme of themes) {
      const { page, problems, close } = await openPage(browser, { width, theme, origin: server.url });
      await page.goto(server.url + path);
      await settled(page).catch((error) => problems.push(`not settled: ${error.message.split('\n')[0]}`));
      const name = (path || 'index')
        .replace(/\/$/, '')
        .replace(/\.html$/, '')
        .replaceAll('/', '-');
      await page.screenshot({ path: join(folder, `${name}-${width}-${theme}.png`), fullPage: true });
      console.log(`${name} ${width} ${theme}${problems.length ? ': ' + problems.join('; ') : ''}`);
      await close();
    }
  }
}
await browser.close();
await server.close();
