// Deterministic data of the benchmark cases.

/** Generator of uniform doubles in [0, 1) (mulberry32), the same on every machine. */
export function uniforms(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function uniformArray(n, seed, Type = Float64Array) {
  const next = uniforms(seed);
  return Type.from({ length: n }, next);
}

/** Roughly normal numbers: the sum of four uniforms, scaled to variance one. */
export function normalArray(n, seed, Type = Float64Array) {
  const next = uniforms(seed);
  return Type.from({ length: n }, () => (next() + next() + next() + next() - 2) * Math.sqrt(3));
}

/** Labels that are 1 with the given probabilities. */
export function labelsOf(probabilities, seed) {
  const next = uniforms(seed);
  return Uint8Array.from(probabilities, (p) => (next() < p ? 1 : 0));
}

export function integerArray(n, bound, seed) {
  const next = uniforms(seed);
  return Int32Array.from({ length: n }, () => Math.floor(next() * bound));
}

export function logistic(x) {
  return 1 / (1 + Math.exp(-x));
}

/** Softmax of each row of `classes` logits. */
export function softmaxRows(logits, classes) {
  const out = logits.map(Math.exp);
  for (let first = 0; first < out.length; first += classes) {
    const row = out.subarray(first, first + classes);
    const total = row.reduce((a, b) => a + b, 0);
    for (let k = 0; k < classes; k++) row[k] /= total;
  }
  return out;
}

/** A class for each row, with the probabilities of the row. */
export function classLabelsOf(probabilities, classes, seed) {
  const next = uniforms(seed);
  return Int32Array.from({ length: probabilities.length / classes }, (_, i) => {
    let rest = next();
    let k = 0;
    while (k < classes - 1 && (rest -= probabilities[i * classes + k]) >= 0) k++;
    return k;
  });
}
