// npm test: sets up, builds, then runs every step below, tells the time of each and ends with `N passed, N failed`.
//
//   npm test                       everything
//   npm test -- unit golden        these steps only
//   npm test -- --list             the names of the steps

import { main, Refusal, say } from './lib/process.mjs';
import { setup } from './setup.mjs';

await main(async (args) => {
  if (!args.includes('--list')) setup({ tests: true });
  // Imported here because it needs what set-up installs.
  const { testSteps } = await import('./lib/test-steps.mjs');
  if (args.includes('--list')) {
    for (const { name, what } of testSteps) console.log(`${name.padEnd(12)} ${what}`);
    return;
  }
  await runSteps(chosen(testSteps, args));
});

function chosen(steps, names) {
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0)
    throw new Refusal(`no step ${unknown.join(', ')}; there are ${steps.map((s) => s.name).join(', ')}`);
  if (names.length === 0) return steps;
  // What a chosen step needs runs before it.
  const wanted = new Set();
  const add = (name) => {
    const step = steps.find((candidate) => candidate.name === name);
    (step.needs ?? []).forEach(add);
    wanted.add(name);
  };
  names.forEach(add);
  return steps.filter((step) => wanted.has(step.name));
}

async function runSteps(steps) {
  const results = new Map();
  for (const step of steps) {
    console.log(`\n=== ${step.name}: ${step.what}`);
    const started = performance.now();
    const error = await failureOf(step, results);
    if (error) console.error(`assay: ${step.name} failed: ${error}`);
    results.set(step.name, { error, seconds: (performance.now() - started) / 1000 });
  }
  report(results);
}

async function failureOf(step, results) {
  const broken = (step.needs ?? []).find((name) => results.get(name)?.error !== undefined);
  if (broken) return `needs ${broken}, which failed`;
  try {
    await step.run();
    return undefined;
  } catch (error) {
    return error instanceof Refusal ? error.message : (error.stack ?? String(error));
  }
}

function report(results) {
  console.log('\n=== summary');
  let total = 0;
  for (const [name, { error, seconds }] of results) {
    total += seconds;
    console.log(
      `${error === undefined ? 'passed' : 'FAILED'}  ${name.padEnd(12)} ${seconds.toFixed(1).padStart(7)} s`,
    );
  }
  const failed = [...results.values()].filter(({ error }) => error !== undefined).length;
  say(`${(total / 60).toFixed(1)} minutes`);
  console.log(`${results.size - failed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
}
