// Runs of a component, with a scope of Vue in its place.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effectScope } from 'vue';
import { useNewestRun, type NewestRun } from './use-run.js';

function component(): { runs: NewestRun; unmount: () => void } {
  const scope = effectScope();
  const runs = scope.run(useNewestRun);
  assert.ok(runs);
  return { runs, unmount: () => scope.stop() };
}

/** Ends only by its signal, as a call into a worker does. */
const endless = (signal: AbortSignal): Promise<string> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('cancelled'))));

test('a newer run cancels the older one, and goes on after it has ended', async () => {
  const { runs } = component();
  const older = runs.begin(endless);
  const newer = runs.begin(endless);
  assert.equal(await older, undefined);
  assert.equal(runs.running.value, true);
  runs.stop();
  assert.equal(await newer, undefined);
  assert.equal(runs.running.value, false);
  assert.equal(await runs.begin(() => Promise.resolve('done')), 'done');
});

test('a run ends with its component', async () => {
  const { runs, unmount } = component();
  const run = runs.begin(endless);
  unmount();
  assert.equal(await run, undefined);
});

test('an error of a run that nobody cancelled goes on, and the next run can start', async () => {
  const { runs } = component();
  await assert.rejects(
    runs.begin(() => Promise.reject(new Error('wrong'))),
    /wrong/,
  );
  assert.equal(runs.running.value, false);
});
