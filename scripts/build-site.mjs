#!/usr/bin/env node
// Builds the site into build/site: first the native fingerprint, then VitePress, then every address made relative so that
// the folder works under any path. Needs dist/, build/generated/api.json and build/release/assay-eval.

import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { Refusal, capture, main, root, run, say } from './lib/process.mjs';

/** Prefix of addresses in VitePress's output, replaced below; web/.vitepress/config.ts reads it from the environment. */
const prefix = '/__assay_site__/';
const site = join(root, 'build', 'site');
const siteData = join(root, 'build', 'site-data');
const nativeProgram = join(root, 'build', 'release', 'assay-eval');

function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : [path];
  });
}

function requireInputs() {
  const needed = [
    'dist/index.js',
    'dist/wasm/assay.wasm',
    'build/generated/api.json',
    'build/release/assay-eval',
  ];
  const missing = needed.filter((file) => !existsSync(join(root, file)));
  if (missing.length) throw new Refusal(`the site needs ${missing.join(', ')}; run: npm run build`);
}

/** Writes build/site-data/native.json: the hash of the native program's results. */
function nativeFingerprint() {
  mkdirSync(siteData, { recursive: true });
  const script = join(siteData, 'native-fingerprint.mjs');
  buildSync({
    entryPoints: [join(root, 'web', 'native-fingerprint.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
  const text = capture(process.execPath, [script, nativeProgram]);
  if (text === undefined)
    throw new Refusal(
      'the native fingerprint could not be computed; run node build/site-data/native-fingerprint.mjs build/release/assay-eval',
    );
  writeFileSync(join(siteData, 'native.json'), text);
}

/** "../" once for each folder between a page and the site's top. */
function up(page) {
  const depth = relative(site, dirname(page)).split(/[\\/]/).filter(Boolean).length;
  return depth === 0 ? './' : '../'.repeat(depth);
}

/** Addresses of a page become relative; the scripts learn the site's top from the page's own address. */
function relocatePage(page) {
  const text = readFileSync(page, 'utf8');
  const here = up(page);
  // The data block's own copy of the prefix is set from the address below; attributes are rewritten in place.
  const setter = `<script>window.__ASSAY_SITE_BASE__=new URL(${JSON.stringify(here)},location.href).pathname</script>`;
  const patched = text
    .replace('<head>', `<head>\n    ${setter}`)
    .replace(
      /(window\.__VP_SITE_DATA__=JSON\.parse\((?:"(?:[^"\\]|\\.)*")\))/,
      `$1;window.__VP_SITE_DATA__.base=window.__ASSAY_SITE_BASE__`,
    );
  writeFileSync(page, patched.replaceAll(`"${prefix}`, `"${here}`).replaceAll(`'${prefix}`, `'${here}`));
}

/** Scripts read the site's top at run time. */
function relocateScript(file) {
  const text = readFileSync(file, 'utf8');
  if (!text.includes(prefix)) return;
  const top = '(globalThis.__ASSAY_SITE_BASE__??"/")';
  const patched = text
    .replaceAll(`"${prefix}"`, top)
    .replaceAll(`\`${prefix}\``, top)
    .replace(new RegExp(`"${prefix}([^"\\\\]*)"`, 'g'), (_, rest) => `(${top}+${JSON.stringify(rest)})`)
    .replace(new RegExp(`\`${prefix}`, 'g'), '`${' + top + '}');
  writeFileSync(file, patched);
}

function relocate() {
  const files = filesIn(site);
  for (const file of files) {
    if (file.endsWith('.html')) relocatePage(file);
    else if (file.endsWith('.js')) relocateScript(file);
  }
  const left = files.filter(
    (file) => /\.(html|js|css)$/.test(file) && readFileSync(file, 'utf8').includes('__assay_site__'),
  );
  if (left.length)
    throw new Refusal(
      `an address could not be made relative in ${left.map((f) => relative(root, f)).join(', ')}`,
    );
}

/** Builds the site into build/site. */
export function makeSite() {
  requireInputs();
  nativeFingerprint();
  rmSync(site, { recursive: true, force: true });
  const vitepress = join(root, 'node_modules', 'vitepress', 'bin', 'vitepress.js');
  run(process.execPath, [vitepress, 'build', 'web'], { env: { ...process.env, ASSAY_SITE_BASE: prefix } });
  relocate();
  const bytes = filesIn(site).reduce((sum, file) => sum + statSync(file).size, 0);
  say(`the site is in build/site (${(bytes / 1e6).toFixed(1)} MB)`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(makeSite);
