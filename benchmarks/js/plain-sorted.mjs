// Plain JavaScript of calibration functions that need sorted rows. They give the answers of the package, but for
// p-values.

/**
 * Rows by ascending probability, with Infinity after the last: sorts the classes apart, for typed arrays sort fast
 * only without a comparator, and merges them.
 */
function sortedRows(labels, probabilities) {
  const n = labels.length;
  let events = 0;
  for (let i = 0; i < n; i++) events += labels[i];
  const positive = new Float64Array(events + 1).fill(Infinity);
  const negative = new Float64Array(n - events + 1).fill(Infinity);
  for (let i = 0, a = 0, b = 0; i < n; i++) {
    if (labels[i] === 1) positive[a++] = probabilities[i];
    else negative[b++] = probabilities[i];
  }
  positive.sort();
  negative.sort();
  const p = new Float64Array(n + 1);
  const y = new Uint8Array(n);
  for (let i = 0, a = 0, b = 0; i < n; i++) {
    if (positive[a] < negative[b]) {
      p[i] = positive[a++];
      y[i] = 1;
    } else {
      p[i] = negative[b++];
    }
  }
  p[n] = Infinity;
  return { n, p, y, events };
}

/**
 * Kolmogorov-Smirnov calibration error.
 * @param {Uint8Array} labels
 * @param {Float64Array} probabilities
 */
export function ksCalibrationError(labels, probabilities) {
  const { n, p, y } = sortedRows(labels, probabilities);
  let gap = 0;
  let largest = 0;
  for (let i = 0; i < n; i++) {
    gap += p[i] - y[i];
    if (p[i + 1] !== p[i]) largest = Math.max(largest, Math.abs(gap));
  }
  return largest / n;
}

/**
 * Average precision.
 * @param {Uint8Array} labels
 * @param {Float64Array} probabilities
 */
export function averagePrecision(labels, probabilities) {
  const { n, p, y, events } = sortedRows(labels, probabilities);
  let [sum, found, before] = [0, 0, 0];
  for (let i = n - 1; i >= 0; i--) {
    found += y[i];
    if (i > 0 && p[i - 1] === p[i]) continue;
    sum += ((found - before) * found) / (n - i);
    before = found;
  }
  return sum / events;
}

/**
 * Equal error rate on the line between the two points of the ROC curve where the rates cross.
 * @param {Uint8Array} labels
 * @param {Float64Array} probabilities
 */
export function eer(labels, probabilities) {
  const { n, p, y, events } = sortedRows(labels, probabilities);
  const others = n - events;
  let found = 0;
  let fprBefore = 0;
  let fnrBefore = 1;
  for (let i = n - 1; i >= 0; i--) {
    found += y[i];
    if (i > 0 && p[i - 1] === p[i]) continue;
    const fpr = (n - i - found) / others;
    const fnr = 1 - found / events;
    if (fpr >= fnr) {
      const share = (fnrBefore - fprBefore) / (fnrBefore - fprBefore + fpr - fnr);
      return fprBefore + share * (fpr - fprBefore);
    }
    fprBefore = fpr;
    fnrBefore = fnr;
  }
  return NaN;
}

/**
 * ROC curve, a point a distinct probability.
 * @param {Uint8Array} labels
 * @param {Float64Array} probabilities
 */
export function rocCurve(labels, probabilities) {
  const { n, p, y, events } = sortedRows(labels, probabilities);
  const [fpr, tpr, thresholds] = [0, 1, 2].map(() => new Float64Array(n + 1));
  thresholds[0] = Infinity;
  let found = 0;
  let points = 1;
  for (let i = n - 1; i >= 0; i--) {
    found += y[i];
    if (i > 0 && p[i - 1] === p[i]) continue;
    fpr[points] = (n - i - found) / (n - events);
    tpr[points] = found / events;
    thresholds[points] = p[i];
    points += 1;
  }
  const [first, second, third] = [fpr, tpr, thresholds].map((values) => values.subarray(0, points));
  return { fpr: first, tpr: second, thresholds: third };
}

/** First row of rank bin k of `bins`: equal probabilities stay together. */
function rankBegin(p, n, k, bins) {
  let row = Math.ceil((k * n) / bins);
  while (row > 0 && row < n && p[row] === p[row - 1]) row++;
  return row;
}

/**
 * Calibration error with as many rank bins as keep the share of events monotone.
 * @param {Uint8Array} labels
 * @param {Float64Array} probabilities
 */
export function eceSweep(labels, probabilities) {
  const { n, p, y } = sortedRows(labels, probabilities);
  const events = new Uint32Array(n + 1);
  for (let i = 0; i < n; i++) events[i + 1] = events[i] + y[i];
  const isMonotone = (bins) => {
    let before = 0;
    for (let k = 0, first = 0; k < bins; k++) {
      const last = rankBegin(p, n, k + 1, bins);
      if (last === first) continue;
      const rate = (events[last] - events[first]) / (last - first);
      if (rate < before) return false;
      before = rate;
      first = last;
    }
    return true;
  };
  let nBins = 1;
  while (nBins < n && isMonotone(nBins + 1)) nBins++;
  let error = 0;
  for (let k = 0, i = 0; k < nBins; k++) {
    const last = rankBegin(p, n, k + 1, nBins);
    let residual = 0;
    for (; i < last; i++) residual += p[i] - y[i];
    error += Math.abs(residual);
  }
  return { value: error / n, nBins };
}

/**
 * Hosmer-Lemeshow statistic of groups of equal rank.
 * @param {Uint8Array} labels
 * @param {Float64Array} probabilities
 * @param {number} groups
 */
export function hosmerLemeshow(labels, probabilities, groups) {
  const { n, p, y } = sortedRows(labels, probabilities);
  let statistic = 0;
  for (let g = 0, i = 0; g < groups; g++) {
    const first = i;
    const last = rankBegin(p, n, g + 1, groups);
    let expected = 0;
    let observed = 0;
    for (; i < last; i++) {
      expected += p[i];
      observed += y[i];
    }
    const excess = observed - expected;
    if (excess !== 0) statistic += (excess * excess) / (expected * (1 - expected / (last - first)));
  }
  return statistic;
}

/** Number of rows and of events at each distinct probability, ascending. */
function tieGroups({ n, p, y }) {
  const x = new Float64Array(n);
  const count = new Float64Array(n);
  const events = new Float64Array(n);
  let size = 0;
  for (let i = 0; i < n; i++) {
    count[size] += 1;
    events[size] += y[i];
    if (p[i + 1] === p[i]) continue;
    x[size] = p[i];
    size += 1;
  }
  return { size, x, count, events };
}

/** Isotonic regression by pooling adjacent violators: first group, events and rows of each block. */
function pooledBlocks({ size, count, events }) {
  const first = new Int32Array(size);
  const found = new Float64Array(size);
  const rows = new Float64Array(size);
  let blocks = 0;
  for (let k = 0; k < size; k++) {
    let start = k;
    let sum = events[k];
    let weight = count[k];
    while (blocks > 0 && found[blocks - 1] * weight >= sum * rows[blocks - 1]) {
      blocks -= 1;
      start = first[blocks];
      sum += found[blocks];
      weight += rows[blocks];
    }
    first[blocks] = start;
    found[blocks] = sum;
    rows[blocks] = weight;
    blocks += 1;
  }
  return { blocks, first, found, rows };
}

/**
 * CORP reliability curve: the isotonic regression of labels on probabilities.
 * @param {Uint8Array} labels
 * @param {Float64Array} probabilities
 */
export function corpReliability(labels, probabilities) {
  const groups = tieGroups(sortedRows(labels, probabilities));
  const { size, x, count } = groups;
  const { blocks, first, found, rows } = pooledBlocks(groups);
  const cep = new Float64Array(size);
  for (let b = 0; b < blocks; b++)
    cep.fill(found[b] / rows[b], first[b], b + 1 < blocks ? first[b + 1] : size);
  return {
    x: x.subarray(0, size),
    cep,
    count: count.subarray(0, size),
    blockFirst: first.subarray(0, blocks),
  };
}

/**
 * CORP decomposition of the Brier score.
 * @param {Uint8Array} labels
 * @param {Float64Array} probabilities
 */
export function corpDecomposition(labels, probabilities) {
  const sorted = sortedRows(labels, probabilities);
  const { n, events } = sorted;
  let score = 0;
  for (let i = 0; i < n; i++) {
    const miss = probabilities[i] - labels[i];
    score += miss * miss;
  }
  const { blocks, found, rows } = pooledBlocks(tieGroups(sorted));
  let recalibrated = 0;
  for (let b = 0; b < blocks; b++) recalibrated += found[b] * (1 - found[b] / rows[b]);
  const rate = events / n;
  const uncertainty = rate * (1 - rate);
  return {
    score: score / n,
    miscalibration: (score - recalibrated) / n,
    discrimination: uncertainty - recalibrated / n,
    uncertainty,
  };
}
