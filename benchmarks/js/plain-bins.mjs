// Plain JavaScript of calibration functions with bins of equal width, closed on the right.

/**
 * Murphy's decomposition of the Brier score with the terms within bins.
 * @param {Uint8Array} labels
 * @param {Float64Array} probabilities
 * @param {number} bins
 */
export function brierDecomposition(labels, probabilities, bins) {
  const n = labels.length;
  const count = new Float64Array(bins);
  const prob = new Float64Array(bins);
  const label = new Float64Array(bins);
  const square = new Float64Array(bins);
  const product = new Float64Array(bins);
  for (let i = 0; i < n; i++) {
    const p = probabilities[i];
    const bin = Math.max(0, Math.ceil(p * bins) - 1);
    count[bin] += 1;
    prob[bin] += p;
    label[bin] += labels[i];
    square[bin] += p * p;
    product[bin] += p * labels[i];
  }
  const sum = (values) => values.reduce((a, b) => a + b, 0);
  const rate = sum(label) / n;
  const brier = (sum(square) - 2 * sum(product) + sum(label)) / n;
  let [reliability, resolution, variance, covariance] = [0, 0, 0, 0];
  for (let b = 0; b < bins; b++) {
    if (count[b] === 0) continue;
    const [c, a] = [prob[b] / count[b], label[b] / count[b]];
    reliability += count[b] * (c - a) ** 2;
    resolution += count[b] * (a - rate) ** 2;
    variance += square[b] - count[b] * c * c;
    covariance += 2 * (product[b] - count[b] * c * a);
  }
  return {
    brier,
    reliability: reliability / n,
    resolution: resolution / n,
    uncertainty: rate * (1 - rate),
    withinBinVariance: variance / n,
    withinBinCovariance: covariance / n,
  };
}

/**
 * Calibration error of the most probable class.
 * @param {Int32Array} labels
 * @param {Float64Array} probabilities  rows of `classes`
 * @param {number} classes
 * @param {number} bins
 */
export function eceTopLabel(labels, probabilities, classes, bins) {
  const residual = new Float64Array(bins);
  for (let i = 0; i < labels.length; i++) {
    const row = i * classes;
    let top = 0;
    let most = probabilities[row];
    for (let k = 1; k < classes; k++) {
      if (probabilities[row + k] > most) {
        most = probabilities[row + k];
        top = k;
      }
    }
    residual[Math.max(0, Math.ceil(most * bins) - 1)] += most - (labels[i] === top ? 1 : 0);
  }
  return residual.reduce((sum, r) => sum + Math.abs(r), 0) / labels.length;
}

/**
 * Mean over the classes of the calibration error of each against the others.
 * @param {Int32Array} labels
 * @param {Float64Array} probabilities  rows of `classes`
 * @param {number} classes
 * @param {number} bins
 */
export function eceClasswise(labels, probabilities, classes, bins) {
  const residual = new Float64Array(classes * bins);
  for (let i = 0; i < labels.length; i++) {
    const row = i * classes;
    for (let k = 0; k < classes; k++) {
      const p = probabilities[row + k];
      residual[k * bins + Math.max(0, Math.ceil(p * bins) - 1)] += p;
    }
    const label = labels[i];
    residual[label * bins + Math.max(0, Math.ceil(probabilities[row + label] * bins) - 1)] -= 1;
  }
  return residual.reduce((sum, r) => sum + Math.abs(r), 0) / (labels.length * classes);
}

/**
 * l1 calibration error with a bootstrap interval by percentiles, xorshift draws. Bins and residuals of the rows are
 * made once.
 * @param {Uint8Array} labels
 * @param {Float64Array} probabilities
 * @param {number} bins
 * @param {number} replicates
 * @param {number} level
 * @param {number} seed
 */
export function bootstrapEce(labels, probabilities, bins, replicates, level, seed) {
  const n = labels.length;
  const bin = new Uint16Array(n);
  const residual = new Float64Array(n);
  const sums = new Float64Array(bins);
  const error = () => {
    let sum = 0;
    for (let b = 0; b < bins; b++) sum += Math.abs(sums[b]);
    return sum / n;
  };
  for (let i = 0; i < n; i++) {
    bin[i] = Math.max(0, Math.ceil(probabilities[i] * bins) - 1);
    residual[i] = probabilities[i] - labels[i];
    sums[bin[i]] += residual[i];
  }
  const estimate = error();
  const values = new Float64Array(replicates);
  const scale = n / 2 ** 32;
  let state = seed | 1;
  for (let r = 0; r < replicates; r++) {
    sums.fill(0);
    for (let i = 0; i < n; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      const row = Math.floor((state >>> 0) * scale);
      sums[bin[row]] += residual[row];
    }
    values[r] = error();
  }
  values.sort();
  const mean = values.reduce((a, b) => a + b, 0) / replicates;
  const spread = values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  return {
    estimate,
    lower: percentile(values, (1 - level) / 2),
    upper: percentile(values, (1 + level) / 2),
    stdError: Math.sqrt(spread / (replicates - 1)),
  };
}

/** Type-7 percentile of sorted values. */
function percentile(sorted, share) {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}
