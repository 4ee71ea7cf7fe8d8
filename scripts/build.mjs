// npm run build: the native library and assay-eval, the WebAssembly module, the npm package and the command line.

import { main } from './lib/process.mjs';
import { setup } from './setup.mjs';

await main(async () => {
  setup();
  // Imported here because it needs what set-up installs.
  const { buildAll } = await import('./lib/steps.mjs');
  await buildAll();
});
