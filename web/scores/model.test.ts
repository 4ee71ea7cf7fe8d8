// What the score explorer says of propriety, as assertions.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { init } from 'assay';
import { along, expected, moments, type Family } from './model.js';

before(() => init());

const families: Family[] = ['normal', 'logistic', 'laplace', 't', 'two_piece'];
const ratios = [0.4, 0.6, 0.8, 1, 1.25, 1.6, 2.2];

test('proper scores are least for the truth, the density is not', () => {
  for (const family of families) {
    const found = expected({ family, ratios });
    for (const name of ['crps', 'log'] as const) {
      for (const { x, y } of found[name]) {
        if (x === 1) assert.ok(Math.abs(y) < 1e-12, `${family} ${name} at the truth`);
        else assert.ok(y > 0, `${family} ${name} at ${x}: ${y}`);
      }
    }
    assert.ok(
      (found.density[2]?.y ?? 0) < 0,
      `${family}: a narrower forecast has more density at the outcome`,
    );
  }
});

test('the score of two moments is proper for their variance', () => {
  for (const family of ['normal', 'logistic', 'laplace'] as const) {
    for (const { x, y } of expected({ family, ratios }).moments)
      assert.ok(x === 1 ? Math.abs(y) < 1e-12 : y > 0);
  }
});

test('the gradient is that of the score along the place', () => {
  for (const family of families) {
    const step = 1e-4;
    const at = (place: number, width: number): ReturnType<typeof along> =>
      along({ family, place, width, outcome: 2.3, from: -3, to: 3 });
    const here = at(0.5, 1.2);
    here.chosen.forEach(({ name, byPlace, byWidth }, i) => {
      const difference = (a: ReturnType<typeof along>, b: ReturnType<typeof along>): number =>
        ((a.chosen[i]?.score ?? NaN) - (b.chosen[i]?.score ?? NaN)) / (2 * step);
      const place = difference(at(0.5 + step, 1.2), at(0.5 - step, 1.2));
      const width = difference(at(0.5, 1.2 + step), at(0.5, 1.2 - step));
      assert.ok(Math.abs(place - byPlace) < 1e-5, `${family} ${name} by place: ${byPlace}, ${place}`);
      assert.ok(Math.abs(width - byWidth) < 1e-5, `${family} ${name} by width: ${byWidth}, ${width}`);
    });
  }
});

test('moments are those of the densities', () => {
  for (const family of families) {
    if (family === 't') continue; // its tails reach beyond any window
    const forecast = { family, place: 0, width: 0.5 };
    const { density } = along({ ...forecast, outcome: 0, from: -20, to: 20 });
    const step = (density[1]?.x ?? 0) - (density[0]?.x ?? 0);
    const mean = density.reduce((sum, p) => sum + p.x * p.y * step, 0);
    const square = density.reduce((sum, p) => sum + p.x * p.x * p.y * step, 0);
    const found = moments(forecast);
    assert.ok(Math.abs(mean - found.mean) < 0.02, `${family} mean ${mean} ${found.mean}`);
    assert.ok(Math.abs(square - mean * mean - found.variance) < 0.05, `${family} variance`);
  }
});
