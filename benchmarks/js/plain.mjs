// What a careful author writes in plain JavaScript: typed arrays, no allocation in the loop, of the usual ways the fastest
// for the size. The baseline of the benchmarks and of the site's speed page.

/**
 * CRPS of ensembles, m members a row. `share` is 1 for fair, alpha for almost fair, 0 for standard.
 * @template {Float64Array | Float32Array} A
 * @param {A} observations
 * @param {A} members
 * @param {number} m
 * @param {number} share
 * @param {Float64Array} out
 */
export function crpsEnsemble(observations, members, m, share, out) {
  const byPairs = m <= 80;
  return (byPairs ? crpsByPairs : crpsBySort)(observations, members, m, share, out);
}

function crpsBySort(observations, members, m, share, out) {
  const row = new members.constructor(m);
  const coefficient = share / (m * (m - 1)) + (1 - share) / (m * m);
  for (let i = 0; i < observations.length; i++) {
    row.set(members.subarray(i * m, (i + 1) * m));
    row.sort();
    const y = observations[i];
    let error = 0;
    let spread = 0;
    for (let k = 0; k < m; k++) {
      error += Math.abs(row[k] - y);
      spread += (2 * k - m + 1) * row[k];
    }
    out[i] = error / m - coefficient * spread;
  }
  return out;
}

function crpsByPairs(observations, members, m, share, out) {
  const coefficient = share / (m * (m - 1)) + (1 - share) / (m * m);
  for (let i = 0; i < observations.length; i++) {
    const y = observations[i];
    const start = i * m;
    let error = 0;
    let spread = 0;
    for (let k = 0; k < m; k++) {
      const x = members[start + k];
      error += Math.abs(x - y);
      for (let j = 0; j < k; j++) spread += Math.abs(x - members[start + j]);
    }
    out[i] = error / m - coefficient * spread;
  }
  return out;
}

/**
 * CRPS and its gradient by the members, through an index sort of each row.
 * @param {Float64Array} observations
 * @param {Float64Array} members
 * @param {number} m
 * @param {number} share
 * @param {Float64Array} scores
 * @param {Float64Array} grad
 */
export function crpsEnsembleGrad(observations, members, m, share, scores, grad) {
  const order = new Int32Array(m);
  for (let i = 0; i < observations.length; i++) {
    const y = observations[i];
    const start = i * m;
    for (let k = 0; k < m; k++) order[k] = k;
    order.sort((a, b) => members[start + a] - members[start + b]);
    let score = 0;
    for (let k = 0; k < m; k++) {
      const x = members[start + order[k]];
      const rank = x <= y ? k : m - 1 - k;
      const slope = 2 * ((share * rank) / (m * (m - 1)) + ((1 - share) * (rank + 0.5)) / (m * m));
      score += slope * Math.abs(x - y);
      grad[start + order[k]] = x < y ? -slope : x > y ? slope : 0;
    }
    scores[i] = score;
  }
}

/**
 * Mean squared error of probabilities.
 * @param {Uint8Array} labels
 * @param {Float64Array} probabilities
 */
export function brierScore(labels, probabilities) {
  let sum = 0;
  for (let i = 0; i < labels.length; i++) {
    const d = probabilities[i] - labels[i];
    sum += d * d;
  }
  return sum / labels.length;
}

/**
 * Expected calibration error of bins of equal width.
 * @param {Uint8Array} labels
 * @param {Float64Array} probabilities
 * @param {number} bins
 */
export function ece(labels, probabilities, bins) {
  const residual = new Float64Array(bins);
  for (let i = 0; i < labels.length; i++) {
    const bin = Math.max(0, Math.ceil(probabilities[i] * bins) - 1);
    residual[bin] += probabilities[i] - labels[i];
  }
  return residual.reduce((sum, r) => sum + Math.abs(r), 0) / labels.length;
}

/**
 * Rows, sum of probabilities and sum of labels of bins of equal width.
 * @param {Uint8Array} labels
 * @param {Float64Array} probabilities
 * @param {number} bins
 */
export function reliabilityTable(labels, probabilities, bins) {
  const count = new Float64Array(bins);
  const prob = new Float64Array(bins);
  const label = new Float64Array(bins);
  for (let i = 0; i < labels.length; i++) {
    const bin = Math.max(0, Math.ceil(probabilities[i] * bins) - 1);
    count[bin] += 1;
    prob[bin] += probabilities[i];
    label[bin] += labels[i];
  }
  return { count, prob, label };
}

/**
 * Area under the ROC curve, ties counted half: sorts the two classes apart, which is faster than sorting an index.
 * @param {Uint8Array} labels
 * @param {Float64Array} probabilities
 */
export function rocAuc(labels, probabilities) {
  const n = labels.length;
  let events = 0;
  for (let i = 0; i < n; i++) events += labels[i];
  const positive = new Float64Array(events);
  const negative = new Float64Array(n - events);
  for (let i = 0, a = 0, b = 0; i < n; i++) {
    if (labels[i] === 1) positive[a++] = probabilities[i];
    else negative[b++] = probabilities[i];
  }
  positive.sort();
  negative.sort();
  let area = 0;
  let below = 0;
  let upTo = 0;
  for (const p of positive) {
    while (below < negative.length && negative[below] < p) below++;
    if (upTo < below) upTo = below;
    while (upTo < negative.length && negative[upTo] <= p) upTo++;
    area += (below + upTo) / 2;
  }
  return area / (positive.length * negative.length);
}

/**
 * Mean softmax cross-entropy with its gradient.
 * @param {Int32Array} labels
 * @param {Float32Array} logits
 * @param {number} classes
 * @param {Float32Array} grad
 */
export function crossEntropyGrad(labels, logits, classes, grad) {
  let loss = 0;
  const n = labels.length;
  for (let i = 0; i < n; i++) {
    const start = i * classes;
    let most = -Infinity;
    for (let k = 0; k < classes; k++) most = Math.max(most, logits[start + k]);
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      const e = Math.exp(logits[start + k] - most);
      grad[start + k] = e;
      sum += e;
    }
    loss += Math.log(sum) + most - logits[start + labels[i]];
    const scale = 1 / (sum * n);
    for (let k = 0; k < classes; k++) grad[start + k] *= scale;
    grad[start + labels[i]] -= 1 / n;
  }
  return loss / n;
}

// One loop for each function: passed as an argument, Math.exp would not be inlined and take twice as long.

/**
 * e^x of each number.
 * @param {Float64Array} values
 * @param {Float64Array} out
 */
export function exp(values, out) {
  for (let i = 0; i < values.length; i++) out[i] = Math.exp(values[i]);
}

/**
 * Natural logarithm of each number.
 * @param {Float64Array} values
 * @param {Float64Array} out
 */
export function log(values, out) {
  for (let i = 0; i < values.length; i++) out[i] = Math.log(values[i]);
}

/**
 * Normal CRPS with the erfc of Numerical Recipes (relative error 1.2e-7).
 * @param {Float64Array} observations
 * @param {number} mu
 * @param {number} sigma
 * @param {Float64Array} out
 */
export function crpsNormal(observations, mu, sigma, out) {
  for (let i = 0; i < observations.length; i++) {
    const z = (observations[i] - mu) / sigma;
    const density = Math.exp(-0.5 * z * z) * 0.3989422804014327;
    out[i] = sigma * (z * (1 - erfc(z * Math.SQRT1_2)) + 2 * density - 0.5641895835477563);
  }
  return out;
}

/**
 * Logistic CRPS.
 * @param {Float64Array} observations
 * @param {number} mu
 * @param {number} sigma
 * @param {Float64Array} out
 */
export function crpsLogistic(observations, mu, sigma, out) {
  for (let i = 0; i < observations.length; i++) {
    const z = Math.abs(observations[i] - mu) / sigma;
    out[i] = sigma * (z + 2 * Math.log1p(Math.exp(-z)) - 1);
  }
  return out;
}

/**
 * CRPS of a normal distribution censored at `lower` and `upper`.
 * @param {Float64Array} observations
 * @param {number} mu
 * @param {number} sigma
 * @param {number} lower
 * @param {number} upper
 * @param {Float64Array} out
 */
export function crpsCensoredNormal(observations, mu, sigma, lower, upper, out) {
  const cdf = (z) => 1 - 0.5 * erfc(z * Math.SQRT1_2);
  const density = (z) => Math.exp(-0.5 * z * z) * 0.3989422804014327;
  const squares = (z) => {
    const p = cdf(z);
    return z * p * p + 2 * density(z) * p - cdf(z * Math.SQRT2) * 0.5641895835477563;
  };
  const lost = squares((lower - mu) / sigma) + squares((mu - upper) / sigma);
  for (let i = 0; i < observations.length; i++) {
    const y = observations[i];
    const point = Math.min(Math.max(y, lower), upper);
    const z = (point - mu) / sigma;
    const inside = z * (2 * cdf(z) - 1) + 2 * density(z) - 0.5641895835477563;
    out[i] = Math.abs(y - point) + sigma * (inside - lost);
  }
  return out;
}

/**
 * CRPS of a gamma distribution.
 * @param {Float64Array} observations
 * @param {number} shape
 * @param {number} rate
 * @param {Float64Array} out
 */
export function crpsGamma(observations, shape, rate, out) {
  const logGammaNext = logGamma(shape + 1);
  const spread = Math.exp(logGamma(shape + 0.5) - logGamma(shape)) / Math.sqrt(Math.PI);
  for (let i = 0; i < observations.length; i++) {
    const x = rate * observations[i];
    let score = Math.abs(x) + shape - spread;
    if (x > 0) {
      const power = Math.exp(shape * Math.log(x) - x - logGammaNext);
      const central = 2 * lowerGamma(shape, x, power) - 1;
      score = (x - shape) * central + 2 * shape * power - spread;
    }
    out[i] = score / rate;
  }
  return out;
}

/**
 * CRPS of a beta distribution on [0, 1].
 * @param {Float64Array} observations
 * @param {number} a
 * @param {number} b
 * @param {Float64Array} out
 */
export function crpsBeta(observations, a, b, out) {
  const logBeta = logGamma(a) + logGamma(b) - logGamma(a + b);
  const logDouble = logGamma(2 * a) + logGamma(2 * b) - logGamma(2 * (a + b));
  const spread = (2 * Math.exp(logDouble - 2 * logBeta)) / a;
  const mean = a / (a + b);
  for (let i = 0; i < observations.length; i++) {
    const t = observations[i];
    const power = Math.exp(a * Math.log(t) + b * Math.log1p(-t) - logBeta);
    const mirrored = t > mean;
    const part = mirrored ? (power * betaFraction(b, a, 1 - t)) / b : (power * betaFraction(a, b, t)) / a;
    const cdf = mirrored ? 1 - part : part;
    out[i] = t * (2 * cdf - 1) + mean * (1 - 2 * (cdf - power / a) - spread);
  }
  return out;
}

/**
 * Fair energy score.
 * @param {Float64Array} observations
 * @param {Float64Array} members
 * @param {number} n
 * @param {number} m
 * @param {number} d
 * @param {Float64Array} out
 */
export function energyScore(observations, members, n, m, d, out) {
  for (let row = 0; row < n; row++) {
    const first = row * m * d;
    let toOutcome = 0;
    let between = 0;
    for (let i = 0; i < m; i++) {
      let square = 0;
      for (let k = 0; k < d; k++) {
        const gap = members[first + i * d + k] - observations[row * d + k];
        square += gap * gap;
      }
      toOutcome += Math.sqrt(square);
      for (let j = 0; j < i; j++) {
        let apart = 0;
        for (let k = 0; k < d; k++) {
          const gap = members[first + i * d + k] - members[first + j * d + k];
          apart += gap * gap;
        }
        between += Math.sqrt(apart);
      }
    }
    out[row] = toOutcome / m - between / (m * (m - 1));
  }
  return out;
}

/**
 * Fair variogram score of order 1/2.
 * @param {Float64Array} observations
 * @param {Float64Array} members
 * @param {number} n
 * @param {number} m
 * @param {number} d
 * @param {Float64Array} out
 */
export function variogramScore(observations, members, n, m, d, out) {
  for (let row = 0; row < n; row++) {
    const first = row * m * d;
    let score = 0;
    for (let k = 0; k < d; k++) {
      for (let l = 0; l < k; l++) {
        const outcome = Math.sqrt(Math.abs(observations[row * d + k] - observations[row * d + l]));
        let sum = 0;
        let squares = 0;
        for (let i = 0; i < m; i++) {
          const x = first + i * d;
          const gap = Math.sqrt(Math.abs(members[x + k] - members[x + l])) - outcome;
          sum += gap;
          squares += gap * gap;
        }
        const mean = sum / m;
        score += 2 * (mean * mean - (squares / m - mean * mean) / (m - 1));
      }
    }
    out[row] = score;
  }
  return out;
}

/**
 * Weighted interval score of quantiles at symmetric levels with its parts.
 * @param {Float64Array} observations
 * @param {Float64Array} quantiles
 * @param {Float64Array} levels
 * @param {Float64Array[]} out
 */
export function weightedIntervalScore(observations, quantiles, levels, out) {
  const q = levels.length;
  const pairs = q >> 1;
  const share = 2 / q;
  const [wis, dispersion, over, under] = out;
  for (let i = 0; i < observations.length; i++) {
    const y = observations[i];
    const row = i * q;
    const median = quantiles[row + pairs];
    let width = 0;
    let above = 0.5 * Math.max(median - y, 0);
    let below = 0.5 * Math.max(y - median, 0);
    for (let k = 0; k < pairs; k++) {
      const low = quantiles[row + k];
      const high = quantiles[row + q - 1 - k];
      width += levels[k] * (high - low);
      above += Math.max(low - y, 0);
      below += Math.max(y - high, 0);
    }
    dispersion[i] = width * share;
    over[i] = above * share;
    under[i] = below * share;
    wis[i] = (width + above + below) * share;
  }
  return out;
}

/**
 * Almost fair CRPS of one field with its gradient.
 * @param {Float32Array} observations
 * @param {Float32Array} members
 * @param {Float64Array} weights
 * @param {number} m
 * @param {number} alpha
 * @param {Float32Array} grad
 */
export function almostFairCrpsLoss(observations, members, weights, m, alpha, grad) {
  const points = observations.length;
  let total = 0;
  for (let p = 0; p < points; p++) total += weights[p];
  const unit = 1 / (m * m * (m - 1));
  let loss = 0;
  for (let p = 0; p < points; p++) {
    const y = observations[p];
    const scale = (weights[p] / total) * unit;
    for (let i = 0; i < m; i++) {
      const x = members[i * points + p];
      let rank = 0;
      for (let j = 0; j < m; j++) rank += Math.sign(x - members[j * points + p]);
      const slope = Math.sign(x - y) * m * (m - 1) - (m - 1 + alpha) * rank;
      loss += scale * slope * (x - y);
      grad[i * points + p] = scale * slope;
    }
  }
  return loss;
}

/**
 * CRPS of a Student t distribution.
 * @param {Float64Array} observations
 * @param {number} df
 * @param {number} location
 * @param {number} scale
 * @param {Float64Array} out
 */
export function crpsT(observations, df, location, scale, out) {
  const half = logGamma(df / 2 + 0.5) - logGamma(df / 2);
  const height = Math.exp(half) / Math.sqrt(Math.PI * df);
  const ratio = Math.exp(2 * half - (logGamma(df) - logGamma(df - 0.5))) / Math.sqrt(Math.PI);
  const rest = (2 * Math.sqrt(df) * ratio) / (df - 1);
  for (let i = 0; i < observations.length; i++) {
    const z = Math.abs(observations[i] - location) / scale;
    const spread = 1 + (z * z) / df;
    const density = height * Math.pow(spread, -(df + 1) / 2);
    const far = z * z > df;
    // The tails, or the middle, by the continued fraction of the incomplete beta function.
    const tail = far
      ? ((2 * z * density) / df) * betaFraction(df / 2, 0.5, 1 / spread)
      : 1 - 2 * z * density * betaFraction(0.5, df / 2, (z * z) / (df * spread));
    out[i] = scale * (z * (1 - tail) + (2 * density * df * spread) / (df - 1) - rest);
  }
  return out;
}

const lanczos = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

function logGamma(a) {
  let sum = 0.99999999999980993;
  for (let i = 0; i < lanczos.length; i++) sum += lanczos[i] / (a + i);
  const t = a + 6.5;
  return 0.9189385332046727 + (a - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Series below the mean, continued fraction above. `power` is x^a e^-x / Gamma(a + 1). */
function lowerGamma(a, x, power) {
  if (x < a + 1) {
    let sum = 1;
    let term = 1;
    for (let n = a + 1; term > sum * 1e-17; n++) sum += term *= x / n;
    return power * sum;
  }
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < 500; i++) {
    const an = -i * (i - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    const change = d * c;
    h *= change;
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return 1 - power * a * h;
}

function betaFraction(a, b, x) {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let m = 1; m < 500; m++) {
    let numerator = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + numerator * d);
    c = 1 + numerator / c;
    h *= d * c;
    numerator = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + numerator * d);
    c = 1 + numerator / c;
    const change = d * c;
    h *= change;
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return h;
}

const erfcSeries = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
  -0.82215223, 0.17087277,
];

function erfc(x) {
  const t = 1 / (1 + 0.5 * Math.abs(x));
  let poly = 0;
  for (let i = erfcSeries.length - 1; i >= 0; i--) poly = poly * t + erfcSeries[i];
  const value = t * Math.exp(-x * x + poly);
  return x >= 0 ? value : 2 - value;
}

/**
 * Competitive Swiss tournaments without elimination: random pairing inside score groups, xorshift draws; mean points.
 * @param {Float64Array} scores
 * @param {number} players
 * @param {number} rounds
 * @param {number} simulations
 * @param {number} seed
 */
export function competitiveSwiss(scores, players, rounds, simulations, seed) {
  let state = seed | 1;
  const random = (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((state >>> 0) / 2 ** 32) * bound);
  };
  const order = new Int32Array(players);
  const won = new Uint8Array(players);
  const points = new Int32Array(players);
  const starts = new Int32Array(rounds + 2);
  const totals = new Float64Array(players);
  for (let t = 0; t < simulations; t++) {
    points.fill(0);
    for (let i = 0; i < players; i++) order[i] = i;
    for (let round = 0; round < rounds; round++) {
      won.fill(0);
      for (let first = 0; first < players;) {
        const score = points[order[first]];
        let last = first + 1;
        while (last < players && points[order[last]] === score) last++;
        for (let i = last - 1; i > first; i--) {
          const j = first + random(i - first + 1);
          const held = order[i];
          order[i] = order[j];
          order[j] = held;
        }
        for (let i = first; i + 1 < last; i += 2) {
          const a = order[i];
          const b = order[i + 1];
          won[scores[a * rounds + round] > scores[b * rounds + round] ? a : b] = 1;
        }
        first = last;
      }
      starts.fill(0);
      for (let i = 0; i < players; i++) {
        points[i] += won[i];
        starts[points[i] + 1] += 1; // counting sort by points
      }
      for (let s = 1; s < starts.length; s++) starts[s] += starts[s - 1];
      for (let i = 0; i < players; i++) order[starts[points[i]]++] = i;
    }
    for (let i = 0; i < players; i++) totals[i] += points[i];
  }
  return totals.map((sum) => sum / simulations);
}
