// Plain JavaScript for the same tasks, written as one would with typed arrays and without a library: the yardstick of
// the speed page. The faster of the usual ways is used for each size.

/** Fair CRPS of each row over all pairs: fastest for few members. */
function crpsByPairs(observations: Float64Array, members: Float64Array, m: number): Float64Array {
  const out = new Float64Array(observations.length);
  for (let i = 0; i < observations.length; i++) {
    const y = observations[i] as number;
    let error = 0;
    let pairs = 0;
    for (let j = i * m; j < (i + 1) * m; j++) {
      const x = members[j] as number;
      error += Math.abs(x - y);
      for (let k = j + 1; k < (i + 1) * m; k++) pairs += Math.abs(x - (members[k] as number));
    }
    out[i] = error / m - pairs / (m * (m - 1));
  }
  return out;
}

/** The same by sorting each row: fastest for many members. */
function crpsBySort(observations: Float64Array, members: Float64Array, m: number): Float64Array {
  const out = new Float64Array(observations.length);
  for (let i = 0; i < observations.length; i++) {
    const y = observations[i] as number;
    const row = members.slice(i * m, (i + 1) * m).sort();
    let error = 0;
    let spread = 0;
    for (let j = 0; j < m; j++) {
      const x = row[j] as number;
      error += Math.abs(x - y);
      spread += (2 * j + 1 - m) * x;
    }
    out[i] = error / m - spread / (m * (m - 1));
  }
  return out;
}

/** Fair CRPS of an ensemble, one value a row. */
export function crps(observations: Float64Array, members: Float64Array, m: number): Float64Array {
  return m <= 60 ? crpsByPairs(observations, members, m) : crpsBySort(observations, members, m);
}

/** Fair CRPS with its gradient by the members. */
export function crpsGradient(
  observations: Float64Array,
  members: Float64Array,
  m: number,
): { crps: Float64Array; grad: Float64Array } {
  const grad = new Float64Array(members.length);
  const out = new Float64Array(observations.length);
  for (let i = 0; i < observations.length; i++) {
    const y = observations[i] as number;
    let error = 0;
    let pairs = 0;
    for (let j = i * m; j < (i + 1) * m; j++) {
      const x = members[j] as number;
      error += Math.abs(x - y);
      grad[j] = (grad[j] as number) + Math.sign(x - y) / m;
      for (let k = j + 1; k < (i + 1) * m; k++) {
        const gap = x - (members[k] as number);
        pairs += Math.abs(gap);
        const pull = Math.sign(gap) / (m * (m - 1));
        grad[j] = (grad[j] as number) - pull;
        grad[k] = (grad[k] as number) + pull;
      }
    }
    out[i] = error / m - pairs / (m * (m - 1));
  }
  return { crps: out, grad };
}

export function brier(labels: Uint8Array, probabilities: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < labels.length; i++) {
    const gap = (probabilities[i] as number) - (labels[i] as number);
    sum += gap * gap;
  }
  return sum / labels.length;
}

/** Sums of probabilities and labels and counts of equal-width bins. */
export function binSums(
  labels: Uint8Array,
  probabilities: Float64Array,
  bins: number,
): { p: Float64Array; y: Float64Array; n: Float64Array } {
  const p = new Float64Array(bins);
  const y = new Float64Array(bins);
  const n = new Float64Array(bins);
  for (let i = 0; i < labels.length; i++) {
    const value = probabilities[i] as number;
    const bin = Math.max(0, Math.ceil(value * bins) - 1);
    p[bin] = (p[bin] as number) + value;
    y[bin] = (y[bin] as number) + (labels[i] as number);
    n[bin] = (n[bin] as number) + 1;
  }
  return { p, y, n };
}

export function ece(labels: Uint8Array, probabilities: Float64Array, bins: number): number {
  const { p, y } = binSums(labels, probabilities, bins);
  let sum = 0;
  for (let b = 0; b < bins; b++) sum += Math.abs((p[b] as number) - (y[b] as number));
  return sum / labels.length;
}

/** Area under the ROC curve: sorts the two classes apart, which is faster than sorting an index, then merges. */
export function auc(labels: Uint8Array, probabilities: Float64Array): number {
  const positive = probabilities.filter((_, i) => labels[i] === 1).sort();
  const negative = probabilities.filter((_, i) => labels[i] === 0).sort();
  let wins = 0;
  let below = 0;
  let upTo = 0;
  for (const k of positive) {
    while (below < negative.length && (negative[below] as number) < k) below++;
    if (upTo < below) upTo = below;
    while (upTo < negative.length && (negative[upTo] as number) <= k) upTo++;
    wins += (below + upTo) / 2;
  }
  return wins / (positive.length * negative.length);
}

/** Isotonic regression of labels on probabilities by pool-adjacent-violators; returns the number of blocks. */
export function isotonicBlocks(labels: Uint8Array, probabilities: Float64Array): number {
  const order = new Uint32Array(labels.length).map((_, i) => i);
  order.sort((a, b) => (probabilities[a] as number) - (probabilities[b] as number));
  const sum = new Float64Array(labels.length);
  const weight = new Float64Array(labels.length);
  let top = -1;
  for (const i of order) {
    top++;
    sum[top] = labels[i] as number;
    weight[top] = 1;
    while (
      top > 0 &&
      (sum[top - 1] as number) * (weight[top] as number) >= (sum[top] as number) * (weight[top - 1] as number)
    ) {
      sum[top - 1] = (sum[top - 1] as number) + (sum[top] as number);
      weight[top - 1] = (weight[top - 1] as number) + (weight[top] as number);
      top--;
    }
  }
  return top + 1;
}

/** Mean cross entropy with its gradient by the logits. */
export function crossEntropyGradient(
  labels: Int32Array,
  logits: Float32Array,
  classes: number,
): { loss: number; grad: Float32Array } {
  const grad = new Float32Array(logits.length);
  const rows = labels.length;
  let loss = 0;
  for (let i = 0; i < rows; i++) {
    const at = i * classes;
    let largest = -Infinity;
    for (let k = 0; k < classes; k++) largest = Math.max(largest, logits[at + k] as number);
    let total = 0;
    for (let k = 0; k < classes; k++) {
      const e = Math.exp((logits[at + k] as number) - largest);
      grad[at + k] = e;
      total += e;
    }
    const label = at + (labels[i] as number);
    loss += Math.log(total) + largest - (logits[label] as number);
    for (let k = 0; k < classes; k++) grad[at + k] = (grad[at + k] as number) / (total * rows);
    grad[label] = (grad[label] as number) - 1 / rows;
  }
  return { loss: loss / rows, grad };
}

export function exponential(values: Float64Array): Float64Array {
  const out = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) out[i] = Math.exp(values[i] as number);
  return out;
}

export function logarithm(values: Float64Array): Float64Array {
  const out = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) out[i] = Math.log(values[i] as number);
  return out;
}

/** Competitive Swiss tournaments without elimination, with a xorshift generator; returns mean points. */
export function swiss(
  scores: Float64Array,
  players: number,
  rounds: number,
  tournaments: number,
): Float64Array {
  const total = new Float64Array(players);
  const points = new Int32Array(players);
  const order = new Int32Array(players);
  let state = 2463534242;
  const below = (n: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((state >>> 0) / 4294967296) * n);
  };
  for (let t = 0; t < tournaments; t++) {
    points.fill(0);
    for (let i = 0; i < players; i++) order[i] = i;
    for (let round = 0; round < rounds; round++)
      playRound(scores, players, rounds, round, points, order, below);
    for (let i = 0; i < players; i++) total[i] = (total[i] as number) + (points[i] as number);
  }
  return total.map((sum) => sum / tournaments);
}

/** Shuffles all players, sorts them stably by points, and lets neighbours with equal points play. */
function playRound(
  scores: Float64Array,
  players: number,
  rounds: number,
  round: number,
  points: Int32Array,
  order: Int32Array,
  below: (n: number) => number,
): void {
  for (let i = players - 1; i > 0; i--) {
    const j = below(i + 1);
    const other = order[i] as number;
    order[i] = order[j] as number;
    order[j] = other;
  }
  for (let i = 1; i < players; i++) {
    const player = order[i] as number;
    const own = points[player] as number;
    let j = i - 1;
    while (j >= 0 && (points[order[j] as number] as number) < own) {
      order[j + 1] = order[j] as number;
      j--;
    }
    order[j + 1] = player;
  }
  // A pair's points change only after both were compared, and neither is looked at again in this round.
  for (let i = 0; i + 1 < players;) {
    const [a, b] = [order[i] as number, order[i + 1] as number];
    if (points[a] !== points[b]) {
      i++;
      continue;
    }
    const winner = (scores[a * rounds + round] as number) > (scores[b * rounds + round] as number) ? a : b;
    points[winner] = (points[winner] as number) + 1;
    i += 2;
  }
}
