// What the landing page computes: the judgement of one forecast, the four small figures, the fingerprint and a quick
// measurement.

import { brierScore } from 'assay/calibration';
import { normalCdf } from 'assay/elementary';
import { focalLoss } from 'assay/losses';
import { crpsNormal, logScoreNormal } from 'assay/scoring';
import { grid, type Judgement, type Situation } from './instrument.js';

/** Scores of the situation, and the curves to draw. */
export function judge({ mean, spread, outcome, threshold }: Situation): Judgement {
  const standard = grid.map((x) => (x - mean) / spread);
  const minusLogDensity = logScoreNormal(grid, mean, spread) as Float64Array;
  const [beyond = NaN] = normalCdf([(mean - threshold) / spread]);
  const probability = Math.min(1, Math.max(0, beyond));
  return {
    crps: crpsNormal([outcome], mean, spread)[0] ?? NaN,
    logScore: logScoreNormal([outcome], mean, spread)[0] ?? NaN,
    brier: brierScore([outcome > threshold ? 1 : 0], [probability]),
    probability,
    density: minusLogDensity.map((s) => Math.exp(-s)),
    cdf: normalCdf(standard) as Float64Array,
    minusLogDensity,
  };
}

export interface LossCurve {
  gamma: number;
  points: { x: number; y: number }[];
}

/** Focal loss of a two-class row over the probability of its true class. */
export function focalCurves(gammas: readonly number[]): LossCurve[] {
  const xs = Array.from({ length: 60 }, (_, i) => 0.02 + (i * 0.96) / 59);
  const logits = xs.flatMap((p) => [0, Math.log(p / (1 - p))]);
  const labels = new Int32Array(xs.length).fill(1);
  return gammas.map((gamma) => {
    const values = focalLoss(
      labels,
      { data: Float64Array.from(logits), shape: [xs.length, 2] },
      { gamma, reduction: 'none' },
    );
    return { gamma, points: xs.map((x, i) => ({ x, y: values[i] ?? NaN })) };
  });
}
