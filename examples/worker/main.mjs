const worker = new Worker(new URL('./worker.mjs', import.meta.url), { type: 'module' });
worker.onmessage = ({ data: scores }) => {
  document.body.textContent = `CRPS ${Array.from(scores, (score) => score.toFixed(4)).join(', ')}`;
};
worker.postMessage({
  observations: new Float64Array([0.5, 1]),
  members: new Float64Array([0, 1, 4, 1, 3, 2]),
  shape: [2, 3],
});
