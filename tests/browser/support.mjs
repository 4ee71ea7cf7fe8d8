// Chromium and the built site for the browser tests.

import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { chromium } from 'playwright-core';
import { root, toolchain } from '../../scripts/lib/toolchain.mjs';
import { serve } from '../../scripts/serve.mjs';

export { root, serve };
export const siteFolder = join(root, 'build', 'site');

/** Widths and themes in which every page must work. */
export const widths = [1280, 360];
export const themes = ['light', 'dark'];

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts Chromium with a fresh profile. */
export function launch() {
  return chromium.launch({ executablePath: toolchain().chromium, args: flags });
}

/** Addresses of all pages of the site, relative to its top; one of each kind for the generated reference pages. */
export function sitePages({ everyReference = false } = {}) {
  assert.ok(existsSync(join(siteFolder, 'index.html')), 'the site is built (npm run build)');
  const walk = (folder) =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name === 'assets' || entry.name === 'data' ? [] : walk(path);
      return entry.name.endsWith('.html') && entry.name !== '404.html' ? [path] : [];
    });
  const pages = walk(siteFolder).map((path) =>
    relative(siteFolder, path).replace(/(^|\/)index\.html$/, '$1'),
  );
  const samples = [
    'reference/crps_ensemble.html',
    'reference/competitive_swiss_simulation.html',
    'reference/ece.html',
  ];
  return pages
    .filter((page) => everyReference || !/^reference\/.+/.test(page) || samples.includes(page))
    .sort();
}

/** Opens a page that remembers what goes wrong: console errors, exceptions, failed and foreign requests. */
export async function openPage(browser, { width = 1280, theme = 'light', origin, ...options } = {}) {
  const context = await browser.newContext({
    viewport: { width, height: width < 600 ? 780 : 900 },
    colorScheme: theme,
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(60000);
  const page = await context.newPage();
  keepDrawing(page);
  const problems = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`exception: ${error.message}`));
  page.on('requestfailed', (request) => {
    // A page that is left while a worker still loads its script aborts that request: no fault of the site.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED')
      problems.push(`request: ${request.url()} ${request.failure()?.errorText}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`response: ${response.url()} ${response.status()}`);
  });
  page.on('request', (request) => {
    const url = request.url();
    if (origin && !url.startsWith(origin) && !/^(data|blob):/.test(url))
      problems.push(`foreign request: ${url}`);
  });
  return { page, problems, close: () => context.close() };
}

/**
 * Lets page.waitForFunction ask by the clock, and take a picture when the answer is long in coming: a browser without a
 * screen may rest its frames, and with them go animation, changes of colour scheme and the usual way of asking.
 */
function keepDrawing(page) {
  const wait = page.waitForFunction.bind(page);
  page.waitForFunction = async (condition, argument, { timeout = 60000 } = {}) => {
    const until = Date.now() + timeout;
    for (;;) {
      const patience = Math.max(1, Math.min(3000, until - Date.now()));
      try {
        return await wait(condition, argument, { polling: 100, timeout: patience });
      } catch (error) {
        if (error.name !== 'TimeoutError' || Date.now() >= until) throw error;
        await page.screenshot({ clip: { x: 0, y: 0, width: 16, height: 16 } });
      }
    }
  };
}

/**
 * Walks down the page, a painted frame at every step (or a moment, for a browser may rest its frames): lazy figures start
 * when they come near the window.
 */
function walkDown(page) {
  return page.evaluate(async () => {
    const painted = () =>
      new Promise((done) => {
        requestAnimationFrame(() => setTimeout(done));
        setTimeout(done, 200);
      });
    for (let y = 0; y < document.body.scrollHeight; y += 400) {
      window.scrollTo(0, y);
      for (let frame = 0; frame < 3; frame++) await painted();
    }
    window.scrollTo(0, 0);
  });
}

/** Waits until every figure of the page has drawn and no job runs. */
export async function settled(page, timeout = 120000) {
  await page.waitForFunction(() => document.readyState === 'complete', undefined, { timeout });
  const isSettled = () =>
    [...document.querySelectorAll('.live-figure .holder')].every(
      (holder) => holder.childElementCount > 0 && !holder.querySelector('.waiting'),
    ) &&
    ![...document.querySelectorAll('button')].some((b) =>
      /^(stop|cancel)$/.test(b.textContent?.trim() ?? ''),
    );
  // Figures that grow may push one past the walker: it walks again.
  const until = Date.now() + timeout;
  for (;;) {
    await walkDown(page);
    const patience = Math.min(20000, Math.max(1000, until - Date.now()));
    try {
      await page.waitForFunction(isSettled, undefined, { timeout: patience });
      return;
    } catch (error) {
      if (Date.now() >= until) throw error;
    }
  }
}

/** A policy for the site without eval: what a careful host would send. VitePress writes its page data inline. */
export const sitePolicy =
  "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data:; worker-src 'self'; connect-src 'self'; font-src 'self'";

/** A policy for a page that uses the package: no inline script, no eval. */
export const packagePolicy =
  "default-src 'none'; img-src data:; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'";
