// Accumulators, models and simulations.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
  AssayError,
  BrierAccumulator,
  brierScore,
  CompetitiveSwissSimulation,
  competitiveSwissSimulate,
  init,
  IsotonicModel,
  RankHistogramAccumulator,
  ScoreAccumulator,
  TemperatureModel,
} from 'assay';
import { errorOf, sequence } from './support.mjs';

before(() => init());

const probabilities = sequence(200_000);
const labels = Uint8Array.from(sequence(200_000, 2), (u, i) => (u < probabilities[i] ? 1 : 0));

test('BrierAccumulator of pieces in any order has the bits of the whole', () => {
  const whole = brierScore(labels, probabilities);
  const cuts = [0, 65536, 131072, 200_000];
  const parts = cuts
    .slice(1)
    .map((end, i) =>
      new BrierAccumulator().update(labels.subarray(cuts[i], end), probabilities.subarray(cuts[i], end)),
    );
  const merged = new BrierAccumulator();
  for (const part of parts.reverse()) merged.merge(part);
  assert.equal(merged.value(), whole);
  for (const object of [...parts, merged]) object.dispose();
});

test('accumulators come back from their bytes', () => {
  const accumulator = new ScoreAccumulator().update([1, 2, 4], { weights: [1, 1, 3] });
  const bytes = accumulator.toBytes();
  assert.ok(bytes instanceof Uint8Array);
  const again = ScoreAccumulator.fromBytes(bytes);
  assert.ok(again instanceof ScoreAccumulator);
  assert.deepEqual(again.value(), accumulator.value());
  assert.deepEqual(again.value(), { mean: 3, sum: 15, weight: 5, count: 3 }); // (1 + 2 + 12)/5
  assert.deepEqual(again.reset().toBytes(), new ScoreAccumulator().toBytes());
  accumulator.dispose();
  again.dispose();
});

test('update, merge and reset return the accumulator', () => {
  const a = new RankHistogramAccumulator({ ties: 'lowest' });
  const b = new RankHistogramAccumulator({ ties: 'lowest' });
  assert.equal(a.update([0.5], [[0, 1]]), a);
  assert.equal(b.update([2], [[0, 1]]), b);
  assert.equal(a.merge(b), a);
  assert.deepEqual([...a.value()], [0, 1, 1]);
  assert.equal(a.reset(), a);
  a.dispose();
  b.dispose();
});

test('dispose may be called twice, use after it throws state', () => {
  const accumulator = new ScoreAccumulator();
  accumulator.dispose();
  accumulator.dispose();
  accumulator[Symbol.dispose]();
  const error = errorOf(() => accumulator.value());
  assert.ok(error instanceof AssayError);
  assert.deepEqual([error.kind, error.code], ['state', 'disposed']);
  const other = new ScoreAccumulator();
  assert.equal(errorOf(() => other.merge(accumulator)).code, 'disposed');
  other.dispose();
});

test('merge refuses an object of another class', () => {
  const scores = new ScoreAccumulator();
  const brier = new BrierAccumulator();
  assert.equal(errorOf(() => scores.merge(brier)).code, 'disposed');
  assert.equal(errorOf(() => scores.merge({})).code, 'wrong_type');
  assert.equal(errorOf(() => scores.merge()).code, 'missing_argument');
  scores.dispose();
  brier.dispose();
});

test('models fit, transform and come back from JSON with all bits', () => {
  const model = IsotonicModel.fit([0, 1, 0, 1], [0.1, 0.35, 0.4, 0.8]);
  assert.ok(model instanceof IsotonicModel);
  const query = Float64Array.of(0, 0.3, 0.5, 1);
  const again = IsotonicModel.fromJson(model.toJson());
  assert.deepEqual(again.transform(query), model.transform(query));
  assert.deepEqual(again.parameters(), model.parameters());
  assert.equal(again.toJson(), model.toJson());
  const temperature = TemperatureModel.fit(
    [0, 1, 0],
    [
      [2, 0],
      [0, 1],
      [0, 1],
    ],
  );
  assert.ok(temperature.parameters().temperature > 0);
  for (const object of [model, again, temperature]) object.dispose();
});

test('a simulation can be cut, merged and continued', () => {
  const scores = [
    [57, 91, 78],
    [59, 47, 83],
    [61, 72, 74],
    [56, 60, 90],
  ];
  const options = { simulations: 3000, seed: 7 };
  const whole = competitiveSwissSimulate(scores, [0, 1, 0], options);
  const first = new CompetitiveSwissSimulation(scores, [0, 1, 0], options).run(0, 1000);
  const second = new CompetitiveSwissSimulation(scores, [0, 1, 0], options).run(1000, 1500);
  const continued = CompetitiveSwissSimulation.fromBytes(second.toBytes()).run(2500, 500);
  assert.deepEqual(first.merge(continued).value(), whole);
  assert.equal(first.planned(), 3000);
  assert.equal(first.converged(), false);
  for (const object of [first, second, continued]) object.dispose();
});
