// npm start [-- --port N]: sets up and builds what is missing, then serves the site and prints its address.

import { createServer } from 'node:net';
import { parseArgs } from 'node:util';
import { main, Refusal, root, say } from './lib/process.mjs';
import { setup } from './setup.mjs';

const defaultPort = 4173;

await main(async (args) => {
  const wanted = portFrom(args);
  setup();
  const { buildAll, buildSite } = await import('./lib/steps.mjs');
  await buildAll();
  await buildSite();
  const port = wanted ?? (await firstFree(defaultPort));
  if (!(await isFree(port)))
    throw new Refusal(`port ${port} is in use; choose another: npm start -- --port N`);
  const { serve } = await import('./serve.mjs');
  const { url } = await serve(`${root}/build/site`, { port });
  say(`open ${url} (Ctrl+C ends it)`);
});

function portFrom(args) {
  const { values } = parseArgs({ args, options: { port: { type: 'string' } } });
  if (values.port === undefined) return undefined;
  const port = Number(values.port);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw new Refusal(`--port is ${values.port}, must be a number from 1 to 65535`);
}

async function firstFree(start) {
  for (let port = start; port < start + 100; ++port) if (await isFree(port)) return port;
  throw new Refusal(`no free port from ${start} to ${start + 99}; choose one: npm start -- --port N`);
}

function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, () => probe.close(() => resolve(true)));
  });
}
