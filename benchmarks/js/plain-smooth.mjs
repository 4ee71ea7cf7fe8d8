// Plain JavaScript of the smooth calibration error.

const finest = 2 ** 13;
const coarsest = 2 ** 6;

/**
 * Smooth calibration error: the bandwidth at which the error, smoothed by a Gaussian kernel that is reflected at 0
 * and 1, is the bandwidth. Within 1e-4 of the package's value, for 10^6 rows within 1e-5: residuals are put on 8192
 * cells, and on half as many and so on for wide kernels. The root by the secant rule in the logarithm, within a
 * bracket (Illinois).
 * @param {Uint8Array} labels
 * @param {Float64Array} probabilities
 */
export function smoothEce(labels, probabilities) {
  const n = labels.length;
  const residual = new Float64Array(finest);
  for (let i = 0; i < n; i++) {
    const cell = Math.min(Math.floor(probabilities[i] * finest), finest - 1);
    residual[cell] += probabilities[i] - labels[i];
  }
  const grids = [residual.map((r) => r / n)];
  for (let cells = finest / 2; cells >= coarsest; cells /= 2) {
    const fine = grids[grids.length - 1];
    grids.push(Float64Array.from({ length: cells }, (_, j) => fine[2 * j] + fine[2 * j + 1]));
  }
  const excess = (logSigma) => Math.log(smoothedError(grids, Math.exp(logSigma))) - logSigma;
  let [low, high] = [Math.log(1 / finest), 0];
  let [atLow, atHigh] = [excess(low), excess(high)];
  if (!(atLow > 0)) return Math.exp(low + atLow); // an error below the grid, 0 among them
  for (let step = 0, side = 0; step < 50; step++) {
    const middle = (low * atHigh - high * atLow) / (atHigh - atLow);
    const at = excess(middle);
    if (Math.abs(at) < 1e-6 || high - low < 1e-6) return Math.exp(middle);
    if (at > 0) {
      if (side > 0) atHigh /= 2; // the same end moved twice
      [low, atLow, side] = [middle, at, 1];
    } else {
      if (side < 0) atLow /= 2;
      [high, atHigh, side] = [middle, at, -1];
    }
  }
  return Math.exp((low + high) / 2);
}

/**
 * Sum of |residuals smoothed by sigma|, on the coarsest grid with 8 cells a sigma. The cells themselves smooth by a
 * variance of 1/12 of their squared width, which the kernel leaves out.
 */
function smoothedError(grids, sigma) {
  let level = 0;
  while (level + 1 < grids.length && grids[level + 1].length * sigma >= 8) level++;
  const grid = grids[level];
  const cells = grid.length;
  const width = Math.sqrt(Math.max((sigma * cells) ** 2 - 1 / 12, 0.01)); // of the kernel, in cells
  const radius = Math.ceil(5 * width);
  const kernel = new Float64Array(radius + 1);
  let total = 0;
  for (let d = 0; d <= radius; d++) {
    kernel[d] = Math.exp(-0.5 * (d / width) ** 2);
    total += d === 0 ? kernel[d] : 2 * kernel[d];
  }
  const padded = new Float64Array(cells + 2 * radius);
  for (let j = 0; j < padded.length; j++) {
    const at = (((j - radius) % (2 * cells)) + 2 * cells) % (2 * cells);
    padded[j] = grid[at < cells ? at : 2 * cells - 1 - at];
  }
  let error = 0;
  for (let j = radius; j < radius + cells; j++) {
    let sum = kernel[0] * padded[j];
    for (let d = 1; d <= radius; d++) sum += kernel[d] * (padded[j - d] + padded[j + d]);
    error += Math.abs(sum);
  }
  return error / total;
}
