// The numbers that the reliability page's text states, as assertions on its real data.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { init } from 'assay';
import { readClassifier, sources, type Classifier, type Source } from './data.js';
import { diagram, hasLogits } from './model.js';

function load(source: Source): Classifier {
  const info = sources.find((s) => s.value === source);
  assert.ok(info);
  const bytes = readFileSync(`web/public/data/${info.file}`);
  return readClassifier(
    info,
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer,
  );
}

const close = (actual: number | undefined, expected: number, within: number): void =>
  assert.ok(Math.abs((actual ?? NaN) - expected) <= within, `${actual} against ${expected}`);

before(() => init());

// Expected values: float64 evaluation of the published outputs, 15 bins of equal width, rounded to the digits shown.
test('LeNet-5 is right in 53.9 % of the cases and has a calibration error of 0.0965', () => {
  const result = diagram({ classifier: load('lenet'), rows: 'all', bins: 15, strategy: 'equal_width' });
  assert.equal(result.cases, 5000);
  close(result.eventRate, 0.539, 0.0005);
  close(result.errors[0]?.value, 0.0965, 0.00006);
});

test('one temperature takes the second half of LeNet-5 from 0.0972 to 0.0248', () => {
  const classifier = load('lenet');
  const plain = diagram({ classifier, rows: 'second', bins: 15, strategy: 'equal_width' });
  const scaled = diagram({ classifier, rows: 'scaled', bins: 15, strategy: 'equal_width' });
  close(plain.errors[0]?.value, 0.0972, 0.00006);
  close(scaled.errors[0]?.value, 0.0248, 0.00006);
  close(scaled.temperature, 1.364, 0.0006);
  assert.equal(scaled.auc.toFixed(2), plain.auc.toFixed(2));
});

test('the WideResNet needs a temperature of 1.967', () => {
  const scaled = diagram({
    classifier: load('wideresnet'),
    rows: 'scaled',
    bins: 15,
    strategy: 'equal_width',
  });
  close(scaled.temperature, 1.967, 0.0006);
  close(scaled.errors[0]?.value, 0.0186, 0.0002);
});

test('both decompositions add up to the Brier score', () => {
  for (const { value } of sources) {
    const { decomposition: d, corpParts: c } = diagram({
      classifier: load(value),
      rows: 'all',
      bins: 10,
      strategy: 'equal_mass',
    });
    close(d.reliability - d.resolution + d.uncertainty + d.withinBins, d.brier, 1e-13);
    close(c.miscalibration - c.discrimination + c.uncertainty, d.brier, 1e-13);
  }
});

test('only classifiers that say 0 or 1 outright have no logits', () => {
  assert.deepEqual(
    sources.filter((s) => !hasLogits(load(s.value))).map((s) => s.value),
    ['naive_bayes', 'forest'],
  );
});
