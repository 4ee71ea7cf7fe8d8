// Finding Doxygen and Chromium: a user's own come first.

import { isExecutable, onPath } from '../lib/process.mjs';

/** The Doxygen to use, or undefined. */
export function findDoxygen() {
  return onPath('doxygen');
}

/** The Chromium or Chrome to use: $CHROMIUM, $CHROME_PATH, then the usual names on PATH; or undefined. */
export function findChromium() {
  for (const named of [process.env.CHROMIUM, process.env.CHROME_PATH]) {
    if (named && isExecutable(named)) return named;
  }
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
  return names.map(onPath).find((path) => path !== undefined);
}
