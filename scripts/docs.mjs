// npm run docs: the site with the explainers and the API reference, as static files in build/site.

import { main, say } from './lib/process.mjs';
import { setup } from './setup.mjs';

await main(async () => {
  setup();
  const { buildAll, buildSite } = await import('./lib/steps.mjs');
  await buildAll();
  await buildSite();
  say('the site is in build/site');
});
