// A module worker that scores forecasts, so that the page stays free.
import { init, crpsEnsemble } from 'assay';

self.onmessage = async ({ data: { observations, members, shape } }) => {
  await init();
  const scores = crpsEnsemble(observations, { data: members, shape });
  self.postMessage(scores, [scores.buffer]);
};
