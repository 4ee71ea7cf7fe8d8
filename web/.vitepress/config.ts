// VitePress configuration. Pages are built for an address prefix that scripts/build-site.mjs then makes relative,
// so that the finished folder works under any path of any static file server.

import { defineConfigWithTheme } from 'vitepress';
import { fileURLToPath } from 'node:url';
import { readFileSync } from 'node:fs';
import { paletteCss, chartCss } from '../charts/theme.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string };

/** Absolute prefix in built pages; scripts/build-site.mjs knows it too. */
const base = process.env['ASSAY_SITE_BASE'] ?? '/';

// VitePress reads its configuration from the default export.
export default defineConfigWithTheme<{ version: string }>({
  title: 'assay',
  titleTemplate: ':title \u2014 assay',
  description:
    'Exact judgement of predictions: proper scores, calibration, losses and tournaments in C++ and WebAssembly.',
  lang: 'en',
  base,
  outDir: `${root}build/site`,
  cacheDir: `${root}build/site-cache`,
  cleanUrls: false,
  ignoreDeadLinks: false,
  srcExclude: ['**/README.md'],
  head: [
    ['link', { rel: 'icon', type: 'image/svg+xml', href: `${base}favicon.svg` }],
    ['meta', { name: 'color-scheme', content: 'light dark' }],
    ['style', {}, paletteCss + chartCss],
  ],
  markdown: {
    math: true,
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
  },
  themeConfig: { version },
  vite: {
    publicDir: 'public',
    resolve: {
      alias: [
        { find: /^assay$/, replacement: `${root}dist/index.js` },
        { find: /^assay\/(.+)$/, replacement: `${root}dist/$1.js` },
      ],
    },
    // Workers name their files as pages do, so that both share one copy of the WebAssembly.
    worker: {
      format: 'es',
      rollupOptions: {
        output: {
          entryFileNames: 'assets/[name].[hash].js',
          chunkFileNames: 'assets/chunks/[name].[hash].js',
          assetFileNames: 'assets/[name].[hash].[ext]',
        },
      },
    },
    build: { chunkSizeWarningLimit: 700, assetsInlineLimit: 0 },
    experimental: {
      // Script and style files find their neighbours relative to themselves; only HTML carries the prefix.
      renderBuiltUrl: (_, { hostType }) => (hostType === 'html' ? undefined : { relative: true }),
    },
    server: { fs: { allow: [root] } },
  },
});
