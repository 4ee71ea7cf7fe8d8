// Plain JavaScript of calibration maps, fitted by Newton's method. They give the parameters of the package.

/**
 * Temperature of the least logarithmic loss, by Newton's method in 1/T within a bracket.
 * @param {Int32Array} labels
 * @param {Float64Array} logits  rows of `classes`
 * @param {number} classes
 */
export function temperature(labels, logits, classes) {
  const n = labels.length;
  const slopesAt = (beta) => {
    let gradient = 0;
    let curvature = 0;
    for (let i = 0; i < n; i++) {
      const row = i * classes;
      let most = logits[row];
      for (let k = 1; k < classes; k++) most = Math.max(most, logits[row + k]);
      let sum = 0;
      let first = 0;
      let second = 0;
      for (let k = 0; k < classes; k++) {
        const below = logits[row + k] - most;
        const share = Math.exp(beta * below);
        sum += share;
        first += share * below;
        second += share * below * below;
      }
      const mean = first / sum;
      gradient += mean - (logits[row + labels[i]] - most);
      curvature += second / sum - mean * mean;
    }
    return { gradient, curvature };
  };
  let [low, high] = [Math.exp(-10), Math.exp(10)];
  let beta = 1;
  for (let step = 0; step < 200; step++) {
    const { gradient, curvature } = slopesAt(beta);
    if (gradient < 0) low = beta;
    else high = beta;
    const newton = beta - gradient / curvature;
    const next = newton > low && newton < high ? newton : Math.sqrt(low * high);
    const change = Math.abs(next - beta);
    beta = next;
    if (change <= 1e-9 * beta) break; // the next step would be rounding alone
  }
  return 1 / beta;
}

/** Newton's method with halved steps where the loss would rise; of the Hessian the lower triangle, by rows. */
function newton(start, sumsAt) {
  const rounding = 1e-12; // of a sum over 10^6 rows: a rise by less must not halve steps near the minimum
  let at = start;
  let sums = sumsAt(at);
  for (let step = 0; step < 200; step++) {
    const direction = solved(sums.hessian, sums.gradient);
    const isLast = direction.every((d, j) => Math.abs(d) <= 1e-9 * Math.max(1, Math.abs(at[j])));
    for (let share = 1; ; share /= 2) {
      const next = at.map((c, j) => c - share * direction[j]);
      const reached = sumsAt(next);
      if (isLast || share < 1e-10 || reached.loss <= sums.loss * (1 + rounding)) {
        [at, sums] = [next, reached];
        break;
      }
    }
    if (isLast) break;
  }
  return at;
}

/** Solution of a symmetric system by Cholesky's factorisation. */
function solved(triangle, right) {
  const size = right.length;
  const factor = triangle.map((row) => row.slice());
  const x = right.slice();
  for (let a = 0; a < size; a++) {
    for (let b = 0; b <= a; b++) {
      let rest = factor[a][b];
      for (let c = 0; c < b; c++) rest -= factor[a][c] * factor[b][c];
      factor[a][b] = a === b ? Math.sqrt(rest) : rest / factor[b][b];
    }
    for (let c = 0; c < a; c++) x[a] -= factor[a][c] * x[c];
    x[a] /= factor[a][a];
  }
  for (let a = size - 1; a >= 0; a--) {
    for (let c = a + 1; c < size; c++) x[a] -= factor[c][a] * x[c];
    x[a] /= factor[a][a];
  }
  return x;
}

/**
 * Platt scaling with smooth targets: slope and intercept.
 * @param {Uint8Array} labels
 * @param {Float64Array} scores
 */
export function platt(labels, scores) {
  const n = labels.length;
  let events = 0;
  for (let i = 0; i < n; i++) events += labels[i];
  const lowTarget = 1 / (n - events + 2);
  const span = (events + 1) / (events + 2) - lowTarget;
  const sumsAt = ([slope, intercept]) => {
    let [loss, g0, g1, h00, h10, h11] = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const s = scores[i];
      const target = lowTarget + span * labels[i];
      const eta = slope * s + intercept;
      const e = Math.exp(-Math.abs(eta)); // one exponential for loss and probability, and none overflows
      const share = (eta >= 0 ? 1 : e) / (1 + e);
      loss += Math.max(eta, 0) - target * eta + Math.log1p(e);
      const gap = share - target;
      const curvature = e / ((1 + e) * (1 + e));
      g0 += gap * s;
      g1 += gap;
      h00 += curvature * s * s;
      h10 += curvature * s;
      h11 += curvature;
    }
    return { loss, gradient: [g0, g1], hessian: [[h00], [h10, h11]] };
  };
  const [slope, intercept] = newton([0, 0], sumsAt);
  return { slope, intercept };
}

/**
 * Beta calibration where both coefficients come out positive: a, b and c.
 * @param {Uint8Array} labels
 * @param {Float64Array} probabilities
 */
export function betaCalibration(labels, probabilities) {
  const n = labels.length;
  const least = Number.EPSILON;
  const logs = new Float64Array(n);
  const complements = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const p = Math.min(Math.max(probabilities[i], least), 1 - least);
    logs[i] = Math.log(p);
    complements[i] = -Math.log1p(-p);
  }
  const sumsAt = ([a, b, c]) => {
    let [loss, g0, g1, g2] = [0, 0, 0, 0];
    let [h00, h10, h11, h20, h21, h22] = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const x = logs[i];
      const z = complements[i];
      const eta = a * x + b * z + c;
      const e = Math.exp(-Math.abs(eta));
      const share = (eta >= 0 ? 1 : e) / (1 + e);
      loss += Math.max(eta, 0) - labels[i] * eta + Math.log1p(e);
      const gap = share - labels[i];
      const curvature = e / ((1 + e) * (1 + e));
      g0 += gap * x;
      g1 += gap * z;
      g2 += gap;
      h00 += curvature * x * x;
      h10 += curvature * x * z;
      h11 += curvature * z * z;
      h20 += curvature * x;
      h21 += curvature * z;
      h22 += curvature;
    }
    return { loss, gradient: [g0, g1, g2], hessian: [[h00], [h10, h11], [h20, h21, h22]] };
  };
  const [a, b, c] = newton([0, 0, 0], sumsAt);
  return { a, b, c };
}
