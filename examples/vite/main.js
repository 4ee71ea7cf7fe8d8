import { createPool } from 'assay';

const pool = await createPool({ workers: 2 });
const scores = await pool.run('crpsEnsemble', [
  [0.5, 1],
  [
    [0, 1, 4],
    [1, 3, 2],
  ],
  { estimator: 'standard' },
]);
document.getElementById('result').textContent = Array.from(scores, (score) => score.toFixed(4)).join(' ');
await pool[Symbol.asyncDispose]();
