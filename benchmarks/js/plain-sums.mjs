// Plain JavaScript of calibration functions that are sums over rows, and of accumulators. They give the answers of the
// package, but for p-values.

/**
 * Logarithmic loss.
 * @param {Uint8Array} labels
 * @param {Float64Array} probabilities
 */
export function logLoss(labels, probabilities) {
  let sum = 0;
  // |1 - y - p| is the probability of what happened, without a branch on the label.
  for (let i = 0; i < labels.length; i++) sum -= Math.log(Math.abs(1 - labels[i] - probabilities[i]));
  return sum / labels.length;
}

/**
 * Balance score: signed, absolute and the standard error.
 * @param {Uint8Array} labels
 * @param {Float64Array} probabilities
 */
export function balanceScore(labels, probabilities) {
  const n = labels.length;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const p = probabilities[i];
    const residual = labels[i] - p;
    sum += (2 * Number(p >= 0.5) - 1) * residual; // no branch, which random rows would mispredict
    squares += residual * residual;
  }
  const signed = sum / n;
  const stdError = Math.sqrt((squares / n - signed * signed) / (n - 1));
  return { signed, absolute: Math.abs(signed), stdError };
}

/**
 * Spiegelhalter's statistic.
 * @param {Uint8Array} labels
 * @param {Float64Array} probabilities
 */
export function spiegelhalterZ(labels, probabilities) {
  let excess = 0;
  let variance = 0;
  for (let i = 0; i < labels.length; i++) {
    const p = probabilities[i];
    const slope = 1 - 2 * p;
    excess += (labels[i] - p) * slope;
    variance += slope * slope * p * (1 - p);
  }
  return excess / Math.sqrt(variance);
}

/** The sums behind Brier score, log loss, balance and Spiegelhalter's statistic, of rows that come in pieces. */
export class Moments {
  count = 0;
  prob = 0;
  label = 0;
  brier = 0;
  logLoss = 0;
  balance = 0;
  excess = 0;
  variance = 0;

  /**
   * @param {Uint8Array} labels
   * @param {Float64Array} probabilities
   */
  update(labels, probabilities) {
    // In locals: as properties the sums would be written to memory for every row.
    let [prob, label, brier, loss, balance, excess, variance] = [0, 0, 0, 0, 0, 0, 0];
    for (let i = 0; i < labels.length; i++) {
      const y = labels[i];
      const p = probabilities[i];
      const residual = y - p;
      const slope = 1 - 2 * p;
      prob += p;
      label += y;
      brier += residual * residual;
      loss -= Math.log(Math.abs(1 - y - p));
      balance += (2 * Number(p >= 0.5) - 1) * residual;
      excess += residual * slope;
      variance += slope * slope * p * (1 - p);
    }
    this.count += labels.length;
    this.prob += prob;
    this.label += label;
    this.brier += brier;
    this.logLoss += loss;
    this.balance += balance;
    this.excess += excess;
    this.variance += variance;
  }

  value() {
    const n = this.count;
    const balance = this.balance / n;
    const brier = this.brier / n;
    return {
      meanProb: this.prob / n,
      meanLabel: this.label / n,
      brier,
      logLoss: this.logLoss / n,
      balance,
      balanceStdError: Math.sqrt((brier - balance * balance) / n), // g^2 = (y - p)^2
      spiegelhalterZ: this.excess / Math.sqrt(this.variance),
    };
  }
}

/** Histograms of both classes on 2^16 cells, with the sum, the smallest and the largest probability of each. */
export class RankingCells {
  static size = 2 ** 16;
  others = new Float64Array(RankingCells.size);
  events = new Float64Array(RankingCells.size);
  prob = new Float64Array(RankingCells.size);
  lowest = new Float64Array(RankingCells.size).fill(2);
  highest = new Float64Array(RankingCells.size).fill(-1);
  brier = 0;

  /**
   * @param {Uint8Array} labels
   * @param {Float64Array} probabilities
   */
  update(labels, probabilities) {
    const { others, events, prob, lowest, highest } = this;
    const last = RankingCells.size - 1;
    let brier = 0;
    for (let i = 0; i < labels.length; i++) {
      const p = probabilities[i];
      const y = labels[i];
      const cell = Math.min(Math.floor(p * RankingCells.size), last);
      others[cell] += 1 - y;
      events[cell] += y;
      prob[cell] += p;
      if (p < lowest[cell]) lowest[cell] = p;
      if (p > highest[cell]) highest[cell] = p;
      brier += (p - y) * (p - y);
    }
    this.brier += brier;
  }

  /** Area under the ROC curve, rows of a cell as ties. */
  auc() {
    let [area, below, positives] = [0, 0, 0];
    for (let k = 0; k < RankingCells.size; k++) {
      area += this.events[k] * (below + this.others[k] / 2);
      below += this.others[k];
      positives += this.events[k];
    }
    return area / (below * positives);
  }
}
