// The fixed calls of lib/fingerprint.ts through the package's public functions.

import { brierScore, corpDecomposition, reliabilityTable } from 'assay/calibration';
import { crossEntropyGrad } from 'assay/losses';
import { crpsEnsemble, crpsEnsembleGrad, crpsNormal, logScoreNormal } from 'assay/scoring';
import { competitiveSwissSimulate } from 'assay/tournament';
import { fingerprintCalls, fingerprintOf, type Fingerprint } from '../lib/fingerprint.js';

interface Arguments {
  observations: number[];
  members: number[][];
  estimator: 'fair' | 'almost_fair';
  mu: number;
  sigma: number[];
  labels: number[];
  probabilities: number[];
  n_bins: number;
  strategy: 'equal_mass';
  score: 'log';
  logits: number[][];
  label_smoothing: number;
  reduction: 'mean';
  scores: number[][];
  eliminate_per_round: number[];
  simulations: number;
  seed: number;
}

const run: Record<string, (args: Arguments) => unknown> = {
  crps_ensemble: ({ observations, members, estimator }) => crpsEnsemble(observations, members, { estimator }),
  crps_ensemble_grad: ({ observations, members, estimator }) =>
    crpsEnsembleGrad(observations, members, { estimator }),
  crps_normal: ({ observations, mu, sigma }) => crpsNormal(observations, mu, sigma),
  log_score_normal: ({ observations, mu, sigma }) => logScoreNormal(observations, mu, sigma),
  brier_score: ({ labels, probabilities }) => brierScore(labels, probabilities),
  reliability_table: ({ labels, probabilities, n_bins, strategy }) =>
    reliabilityTable(labels, probabilities, { nBins: n_bins, strategy }),
  corp_decomposition: ({ labels, probabilities, score }) =>
    corpDecomposition(labels, probabilities, { score }),
  cross_entropy_grad: ({ labels, logits, label_smoothing, reduction }) =>
    crossEntropyGrad(labels, logits, { labelSmoothing: label_smoothing, reduction }),
  competitive_swiss_simulate: ({ scores, eliminate_per_round, simulations, seed }) =>
    competitiveSwissSimulate(scores, eliminate_per_round, { simulations, seed }),
};

/** Makes the calls and hashes their results. */
export function fingerprint(_: null): Fingerprint & { milliseconds: number } {
  const start = performance.now();
  const results = fingerprintCalls().map((call) => run[call.function]?.(call.args as unknown as Arguments));
  return { ...fingerprintOf(results), milliseconds: performance.now() - start };
}
