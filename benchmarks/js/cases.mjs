// The benchmark cases: the same names as the native runner's. Each has the call of the package, the plain JavaScript
// baseline on the same data where there is one (`data` for peers, likewise), the number of elements it is told per, and
// the bytes it must at least move.
import * as assay from '../../dist/index.js';
import { calibrationCases } from './calibration-cases.mjs';
import { integerArray, labelsOf, normalArray, uniformArray } from './data.mjs';
import { inHeap } from './heap.mjs';
import * as plain from './plain.mjs';

const { alloc } = assay;

function crpsCase(estimator, share, dtype, m, total) {
  const Type = dtype === 'f32' ? Float32Array : Float64Array;
  const n = Math.floor(total / m);
  return {
    name: `scoring/crps_ensemble/${estimator}/${dtype}/m=${m}`,
    unit: 'member',
    elements: n * m,
    bytes: n * m * Type.BYTES_PER_ELEMENT,
    prepare() {
      const observations = normalArray(n, 1, Type);
      const members = normalArray(n * m, 2, Type);
      const [y, x] = [inHeap(observations), inHeap(members)];
      const out = new Float64Array(n);
      return {
        assay: () => assay.crpsEnsemble(y, { data: x, shape: [n, m] }, { estimator }),
        plain: () => plain.crpsEnsemble(observations, members, m, share, out),
        release: () => [y, x].forEach((heap) => heap.dispose()),
      };
    },
  };
}

function crpsGradCase(m, total) {
  const n = Math.floor(total / m);
  return {
    name: `scoring/crps_ensemble_grad/fair/f64/m=${m}`,
    unit: 'member',
    elements: n * m,
    bytes: 2 * n * m * 8,
    prepare() {
      const observations = normalArray(n, 1);
      const members = normalArray(n * m, 2);
      const [y, x] = [inHeap(observations), inHeap(members)];
      const [scores, grad] = [new Float64Array(n), new Float64Array(n * m)];
      return {
        assay: () => assay.crpsEnsembleGrad(y, { data: x, shape: [n, m] }, { estimator: 'fair' }),
        plain: () => plain.crpsEnsembleGrad(observations, members, m, 1, scores, grad),
        release: () => [y, x].forEach((heap) => heap.dispose()),
      };
    },
  };
}

function mapCase(name, n, make, call, baseline) {
  return {
    name,
    unit: 'element',
    elements: n,
    bytes: 16 * n,
    prepare() {
      const values = make(n);
      const x = inHeap(values);
      const out = new Float64Array(n);
      const result = alloc.float64(n);
      return {
        assay: () => call(x, result),
        plain: () => baseline(values, out),
        data: { values, out },
        release: () => [x, result].forEach((heap) => heap.dispose()),
      };
    },
  };
}

const crossEntropyCase = {
  name: 'losses/cross_entropy_grad/f32/4096x1000',
  unit: 'logit',
  elements: 4096 * 1000,
  bytes: 2 * 4 * 4096 * 1000,
  prepare() {
    const logits = normalArray(4096 * 1000, 5, Float32Array);
    const labels = integerArray(4096, 1000, 6);
    const [z, y] = [inHeap(logits), inHeap(labels)];
    const grad = new Float32Array(logits.length);
    return {
      assay: () => assay.crossEntropyGrad(y, { data: z, shape: [4096, 1000] }),
      plain: () => plain.crossEntropyGrad(labels, logits, 1000, grad),
      data: { labels, logits, classes: 1000 },
      release: () => [z, y].forEach((heap) => heap.dispose()),
    };
  },
};

/** Scores of vectors: `score` of the package and of plain JavaScript on (n, d) and (n, m, d). */
function vectorCase(name, score, plainScore, n, m, d) {
  return {
    name,
    unit: 'forecast',
    elements: n,
    bytes: n * m * d * 8,
    prepare() {
      const [observations, members] = [normalArray(n * d, 1), normalArray(n * m * d, 2)];
      const [y, x] = [inHeap(observations), inHeap(members)];
      const out = new Float64Array(n);
      return {
        assay: () => score({ data: y, shape: [n, d] }, { data: x, shape: [n, m, d] }),
        plain: () => plainScore(observations, members, n, m, d, out),
        release: () => [y, x].forEach((heap) => heap.dispose()),
      };
    },
  };
}

const intervalCase = {
  name: 'scoring/weighted_interval_score/n=1e6,q=23',
  unit: 'forecast',
  elements: 1e6,
  bytes: 1e6 * 28 * 8,
  prepare() {
    const [n, q] = [1e6, 23];
    const [observations, quantiles] = [normalArray(n, 1), normalArray(n * q, 2)];
    const levels = Float64Array.from({ length: q }, (_, j) => (j + 1) / (q + 1));
    const [y, x] = [inHeap(observations), inHeap(quantiles)];
    const out = [0, 1, 2, 3].map(() => new Float64Array(n));
    return {
      assay: () => assay.weightedIntervalScoreQuantiles(y, { data: x, shape: [n, q] }, levels),
      plain: () => plain.weightedIntervalScore(observations, quantiles, levels, out),
      release: () => [y, x].forEach((heap) => heap.dispose()),
    };
  },
};

const fieldLossCase = {
  name: 'scoring/almost_fair_crps_loss/f32/m=4,g=1e6',
  unit: 'grid point',
  elements: 1e6,
  bytes: 1e6 * 9 * 4,
  prepare() {
    const [m, g] = [4, 1e6];
    const [observations, members] = [normalArray(g, 1, Float32Array), normalArray(m * g, 2, Float32Array)];
    const grid = new Float64Array(g).fill(1);
    const [y, x, w] = [inHeap(observations), inHeap(members), inHeap(grid)];
    const grad = new Float32Array(m * g);
    return {
      assay: () =>
        assay.almostFairCrpsLoss({ data: y, shape: [1, 1, g] }, { data: x, shape: [1, m, 1, g] }, [1], w),
      plain: () => plain.almostFairCrpsLoss(observations, members, grid, m, 0.95, grad),
      release: () => [y, x, w].forEach((heap) => heap.dispose()),
    };
  },
};

const swissCase = {
  name: 'tournament/competitive_swiss/32x10/T=0',
  unit: 'tournament',
  elements: 100_000,
  bytes: 0,
  prepare() {
    const scores = uniformArray(32 * 10, 7);
    const options = { simulations: 100_000, seed: 1 };
    const eliminate = new Int32Array(10);
    return {
      assay: () => assay.competitiveSwissSimulate({ data: scores, shape: [32, 10] }, eliminate, options),
      plain: () => plain.competitiveSwiss(scores, 32, 10, 100_000, 1),
      release: () => {},
    };
  },
};

/** What one call costs: small arrays of the caller, copied in and out. */
const callCase = {
  name: 'js/one_call/n=16',
  unit: 'call',
  elements: 1,
  bytes: 0,
  prepare() {
    const probabilities = uniformArray(16, 8);
    const labels = labelsOf(probabilities, 9);
    return {
      assay: () => assay.brierScore(labels, probabilities),
      plain: () => plain.brierScore(labels, probabilities),
      release: () => {},
    };
  },
};

/** Cases whose plain JavaScript is allowed to win: what they show is overhead, not throughput. */
export const overheadCases = new Set([callCase.name]);

export const cases = [
  ...[10, 50, 500].flatMap((m) =>
    ['f64', 'f32'].flatMap((dtype) => [
      crpsCase('fair', 1, dtype, m, 1e7),
      crpsCase('almost_fair', 0.95, dtype, m, 1e7),
    ]),
  ),
  crpsGradCase(50, 1e7),
  mapCase(
    'scoring/crps_normal/n=1e7',
    1e7,
    (n) => normalArray(n, 10),
    (x, out) => assay.crpsNormal(x, 0.1, 1.2, { out }),
    (x, out) => plain.crpsNormal(x, 0.1, 1.2, out),
  ),
  mapCase(
    'scoring/crps_logistic/n=1e7',
    1e7,
    (n) => normalArray(n, 10),
    (x, out) => assay.crpsLogistic(x, 0.1, 1.2, { out }),
    (x, out) => plain.crpsLogistic(x, 0.1, 1.2, out),
  ),
  mapCase(
    'scoring/crps_cnormal/n=1e7',
    1e7,
    (n) => normalArray(n, 10),
    (x, out) => assay.crpsCnormal(x, 0.1, 1.2, 0, 2, { out }),
    (x, out) => plain.crpsCensoredNormal(x, 0.1, 1.2, 0, 2, out),
  ),
  mapCase(
    'scoring/crps_t/n=1e7',
    1e7,
    (n) => normalArray(n, 10),
    (x, out) => assay.crpsT(x, 5, 0.1, 1.2, { out }),
    (x, out) => plain.crpsT(x, 5, 0.1, 1.2, out),
  ),
  mapCase(
    'scoring/crps_gamma/n=1e7',
    1e7,
    (n) => normalArray(n, 10).map((x) => Math.exp(x / 2)),
    (x, out) => assay.crpsGamma(x, 2.5, 1.5, { out }),
    (x, out) => plain.crpsGamma(x, 2.5, 1.5, out),
  ),
  mapCase(
    'scoring/crps_beta/n=1e7',
    1e7,
    (n) => normalArray(n, 10).map((x) => 1 / (1 + Math.exp(-x))),
    (x, out) => assay.crpsBeta(x, 2.5, 1.5, 0, 1, { out }),
    (x, out) => plain.crpsBeta(x, 2.5, 1.5, out),
  ),
  vectorCase('scoring/energy_score/fair/f64/m=50,d=16', assay.energyScore, plain.energyScore, 1000, 50, 16),
  vectorCase(
    'scoring/variogram_score/fair/f64/m=50,d=16',
    assay.variogramScore,
    plain.variogramScore,
    1000,
    50,
    16,
  ),
  intervalCase,
  fieldLossCase,
  ...calibrationCases,
  crossEntropyCase,
  swissCase,
  mapCase(
    'elementary/exp/f64/n=1e6',
    1e6,
    (n) => normalArray(n, 11),
    (x, out) => assay.exp(x, { out }),
    plain.exp,
  ),
  mapCase(
    'elementary/log/f64/n=1e6',
    1e6,
    (n) => uniformArray(n, 12),
    (x, out) => assay.log(x, { out }),
    plain.log,
  ),
  callCase,
];
