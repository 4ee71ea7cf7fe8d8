import { init, crpsEnsemble, ece, competitiveSwissSimulate } from 'assay';

await init();
const observations = [0.5, 1.0];
const members = [
  [0, 1, 4],
  [1, 3, 2],
];
console.log('CRPS', crpsEnsemble(observations, members, { estimator: 'fair' }));
console.log('ECE', ece([0, 1, 1], [0.2, 0.9, 0.6], { nBins: 10 }));
const scores = [
  [57, 91, 78],
  [59, 47, 83],
  [61, 72, 74],
  [56, 60, 90],
];
const { expectedWinScore, standardError } = competitiveSwissSimulate(scores, [0, 0, 0], { seed: 7 });
console.log('points', expectedWinScore, '+-', standardError);
