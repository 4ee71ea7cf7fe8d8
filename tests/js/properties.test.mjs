// Properties that hold for any input, with fast-check.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import {
  binaryCrossEntropyWithLogits,
  brierScore,
  crpsEnsemble,
  ece,
  init,
  rocAuc,
  ScoreAccumulator,
} from 'assay';
import { callByName, evaluateLine } from 'assay/internal';

before(() => init());

const real = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });
const ensemble = fc.integer({ min: 2, max: 12 }).chain((m) =>
  fc.record({
    observations: fc.array(real, { minLength: 1, maxLength: 8 }),
    row: fc.array(real, { minLength: m, maxLength: m }),
  }),
);
const forecasts = fc.array(fc.tuple(fc.boolean(), fc.double({ noNaN: true, min: 0, max: 1 })), {
  minLength: 1,
  maxLength: 50,
});

test('crpsEnsemble does not depend on the order of the members', () => {
  fc.assert(
    fc.property(ensemble, ({ observations, row }) => {
      const rows = observations.map(() => row);
      const reversed = observations.map(() => [...row].reverse());
      assert.deepEqual(crpsEnsemble(observations, reversed), crpsEnsemble(observations, rows));
    }),
  );
});

test('crpsEnsemble is never negative for the standard estimator', () => {
  fc.assert(
    fc.property(ensemble, ({ observations, row }) => {
      assert.ok(
        crpsEnsemble(
          observations,
          observations.map(() => row),
          { estimator: 'standard' },
        ).every((score) => score >= 0),
      );
    }),
  );
});

test('typed arrays and number arrays give the same bits', () => {
  fc.assert(
    fc.property(ensemble, ({ observations, row }) => {
      const rows = observations.map(() => row);
      const data = Float64Array.from(rows.flat());
      assert.deepEqual(
        crpsEnsemble(Float64Array.from(observations), { data, shape: [rows.length, row.length] }),
        crpsEnsemble(observations, rows),
      );
    }),
  );
});

test('ScoreAccumulator does not depend on how the scores are cut', () => {
  fc.assert(
    fc.property(fc.array(real, { minLength: 1, maxLength: 60 }), fc.nat(60), (scores, at) => {
      const whole = new ScoreAccumulator().update(scores);
      const pieces = new ScoreAccumulator();
      for (const piece of [scores.slice(at), scores.slice(0, at)]) if (piece.length > 0) pieces.update(piece);
      assert.deepEqual(pieces.value(), whole.value());
      whole.dispose();
      pieces.dispose();
    }),
  );
});

test('brierScore lies in [0, 1] and is 0 for perfect forecasts', () => {
  fc.assert(
    fc.property(forecasts, (pairs) => {
      const labels = pairs.map(([label]) => label);
      const score = brierScore(
        labels,
        pairs.map(([, p]) => p),
      );
      assert.ok(score >= 0 && score <= 1);
      assert.equal(brierScore(labels, labels.map(Number)), 0);
    }),
  );
});

test('ece and rocAuc lie in [0, 1]', () => {
  fc.assert(
    fc.property(forecasts, (pairs) => {
      const labels = pairs.map(([label]) => label);
      const probabilities = pairs.map(([, p]) => p);
      assert.ok(ece(labels, probabilities) >= 0 && ece(labels, probabilities) <= 1);
      if (new Set(labels).size < 2) return;
      const auc = rocAuc(labels, probabilities);
      assert.ok(auc >= 0 && auc <= 1);
      const opposite = labels.map((label) => !label);
      // Both are fractions of the same pairs, each rounded once.
      assert.ok(Math.abs(rocAuc(opposite, probabilities) + auc - 1) <= Number.EPSILON);
    }),
  );
});

test('binaryCrossEntropyWithLogits of no reduction sums to the reduction sum', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(0, 1), fc.double({ noNaN: true, min: -50, max: 50 })), {
        minLength: 1,
        maxLength: 30,
      }),
      (pairs) => {
        const targets = pairs.map(([t]) => t);
        const logits = pairs.map(([, z]) => z);
        const each = binaryCrossEntropyWithLogits(targets, logits, { reduction: 'none' });
        const sum = binaryCrossEntropyWithLogits(targets, logits, { reduction: 'sum' });
        const naive = each.reduce((total, loss) => total + loss, 0);
        assert.ok(
          Math.abs(sum - naive) <= 1e-13 * Math.abs(naive),
          'the naive sum of 30 terms rounds 30 times',
        );
      },
    ),
  );
});

test('evaluateLine answers any line with one line of JSON', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.jsonValue().map((args) => JSON.stringify({ id: 1, function: 'ece', args })),
      ),
      (line) => {
        const answer = evaluateLine(line);
        assert.ok(!answer.includes('\n'));
        JSON.parse(answer);
      },
    ),
    { numRuns: 500 },
  );
});

test('any value in place of an argument gives a result or an AssayError', () => {
  fc.assert(
    fc.property(
      fc.anything(),
      fc.constantFrom('observations', 'members', 'weights', 'alpha', 'estimator', 'sorted', 'ensemble_size'),
      (value, name) => {
        try {
          callByName('crps_ensemble', {
            observations: [1, 2],
            members: [
              [1, 2],
              [3, 4],
            ],
            [name]: value,
          });
        } catch (error) {
          assert.equal(error.name, 'AssayError', `${String(error)}`);
        }
      },
    ),
    { numRuns: 500 },
  );
});
