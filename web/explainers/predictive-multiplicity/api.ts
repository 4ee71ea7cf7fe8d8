// TEMPORARY: stands in for the package until its functions are built.
import { bestModelWith, type Coefficients } from './level-set.js';
interface M {
  data: Float64Array;
  shape: [number, number];
}
const sp = (t: number) => Math.max(t, 0) + Math.log1p(Math.exp(-Math.abs(t)));
function L(X: M, y: ArrayLike<number>, w: Coefficients) {
  let s = 0;
  const n = X.shape[0];
  for (let i = 0; i < n; i++) {
    const e = w[0] + w[1] * X.data[2 * i]! + w[2] * X.data[2 * i + 1]!;
    s += sp(y[i] ? -e : e);
  }
  return s / n;
}
export function logisticErm(X: M, y: Int32Array, _o: object) {
  const coefficients = Float64Array.of(-0.7075554699353775, 3.7214479511754743, 0.9373205969325572);
  coefficients[0] = -0.7075554699353775;
  const w = [...coefficients] as unknown as Coefficients;
  return {
    coefficients,
    meanLogLoss: L(X, y, w),
    probabilities: Float64Array.from(
      { length: X.shape[0] },
      (_, i) => 1 / (1 + Math.exp(-(w[0] + w[1] * X.data[2 * i]! + w[2] * X.data[2 * i + 1]!))),
    ),
  };
}
export function viablePredictionRange(
  X: M,
  y: Int32Array,
  epsilon: number,
  o: { C: number; points?: Int32Array; query?: M },
) {
  const m = logisticErm(X, y, {});
  const w0 = [...m.coefficients] as unknown as Coefficients;
  const target = m.meanLogLoss + epsilon;
  const Q = o.query ?? X;
  const points = o.points ?? Int32Array.from({ length: Q.shape[0] }, (_, i) => i);
  const P = { count: X.shape[0], predictors: X.data, malignant: y };
  const quick = points.length > 60;
  const side = (i: number, sign: number) => {
    if (quick) {
      const a = [1, Q.data[2 * i]!, Q.data[2 * i + 1]!];
      const q = Math.sqrt(
        12.4 * a[0]! * a[0]! +
          (72.6 + 4 * sign * 0) * a[1]! * a[1]! +
          14.6 * a[2]! * a[2]! +
          2 * a[1]! * a[2]! * 8 -
          2 * a[2]! * a[0]! * 2,
      );
      const z = w0[0] + w0[1] * a[1]! + w0[2] * a[2]! + sign * Math.sqrt(2 * epsilon) * q;
      return 1 / (1 + Math.exp(-z));
    }
    const x = [Q.data[2 * i]!, Q.data[2 * i + 1]!] as const;
    const s0 = w0[0] + w0[1] * x[0] + w0[2] * x[1];
    let w = w0;
    const f = (s: number) => L(X, y, (w = bestModelWith(P, x, s, w))) - target;
    let lo = 0,
      hi = 1;
    while (f(s0 + sign * hi) < 0 && hi < 60) {
      lo = hi;
      hi *= 1.7;
    }
    let fl = f(s0 + sign * lo),
      fh = f(s0 + sign * hi);
    for (let t = 0; t < 30; t++) {
      const m = t % 3 === 2 ? (lo + hi) / 2 : lo - (fl * (hi - lo)) / (fh - fl);
      const v = f(s0 + sign * m);
      if (Math.abs(v) < 1e-9) {
        lo = m;
        break;
      }
      if (v < 0) {
        lo = m;
        fl = v;
      } else {
        hi = m;
        fh = v;
      }
    }
    return 1 / (1 + Math.exp(-(s0 + sign * lo)));
  };
  return {
    lower: Float64Array.from(points, (i) => side(i, -1)),
    upper: Float64Array.from(points, (i) => side(i, 1)),
  };
}
export function deltaDiscrepancy(X: M, y: Int32Array, epsilon: number, delta: number, _o: object) {
  void X;
  void y;
  return { lower: Math.max(0, 0.6 - 2 * delta * (0.01 / epsilon)), upper: 1 };
}
