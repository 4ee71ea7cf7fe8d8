// The shape of the set of models that are nearly as good as the best, for drawing: its outline in the plane of the two
// weights, and the model at its edge that gives one patient a certain probability. Each is a small convex problem,
// solved with Newton's method; the tests check every drawn model with the package's log loss.

import type { Patients } from './data.js';

/** Intercept, weight of the radius, weight of the texture. */
export type Coefficients = readonly [number, number, number];

/** Mean log loss of a model with its derivatives in the three coefficients. */
interface Local {
  loss: number;
  gradient: readonly [number, number, number];
  /** Lower triangle by rows: 00, 10, 11, 20, 21, 22. */
  hessian: readonly [number, number, number, number, number, number];
}

function local({ predictors, malignant, count }: Patients, [w0, w1, w2]: Coefficients): Local {
  let [loss, g0, g1, g2, h00, h10, h11, h20, h21, h22] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const x1 = predictors[2 * i] ?? 0;
    const x2 = predictors[2 * i + 1] ?? 0;
    const label = malignant[i] ?? 0;
    const logit = w0 + w1 * x1 + w2 * x2;
    const tail = Math.exp(-Math.abs(logit));
    const p = (logit < 0 ? tail : 1) / (1 + tail);
    // log(1 + exp(t)) for t = minus the log-odds of what happened
    loss += Math.max(label ? -logit : logit, 0) + Math.log1p(tail);
    const r = p - label;
    const c = tail / (1 + tail) ** 2;
    g0 += r;
    g1 += r * x1;
    g2 += r * x2;
    h00 += c;
    h10 += c * x1;
    h11 += c * x1 * x1;
    h20 += c * x2;
    h21 += c * x1 * x2;
    h22 += c * x2 * x2;
  }
  return {
    loss: loss / count,
    gradient: [g0 / count, g1 / count, g2 / count],
    hessian: [h00 / count, h10 / count, h11 / count, h20 / count, h21 / count, h22 / count],
  };
}

/** The best of all models that give a patient at `x` the log-odds `logit`. */
export function bestModelWith(
  patients: Patients,
  [x1, x2]: readonly [number, number],
  logit: number,
  start: Coefficients,
): Coefficients {
  const modelOf = (w1: number, w2: number): Coefficients => [logit - w1 * x1 - w2 * x2, w1, w2];
  let [, w1, w2] = start;
  let now = local(patients, modelOf(w1, w2));
  for (let round = 0; round < 50; round++) {
    // The intercept follows the weights: derivatives along (-x1, 1, 0) and (-x2, 0, 1).
    const [g0, g1, g2] = now.gradient;
    const [h00, h10, h11, h20, h21, h22] = now.hessian;
    const [a, b] = [g1 - x1 * g0, g2 - x2 * g0];
    const aa = h11 - 2 * x1 * h10 + x1 * x1 * h00;
    const ab = h21 - x1 * h20 - x2 * h10 + x1 * x2 * h00;
    const bb = h22 - 2 * x2 * h20 + x2 * x2 * h00;
    const determinant = aa * bb - ab * ab;
    const [s1, s2] = [(bb * a - ab * b) / determinant, (aa * b - ab * a) / determinant];
    let share = 1;
    let next = local(patients, modelOf(w1 - s1, w2 - s2));
    while (next.loss > now.loss + 1e-15 && share > 1e-6) {
      share /= 2;
      next = local(patients, modelOf(w1 - share * s1, w2 - share * s2));
    }
    [w1, w2, now] = [w1 - share * s1, w2 - share * s2, next];
    if (Math.hypot(s1, s2) < 1e-7) break;
  }
  return modelOf(w1, w2);
}

export interface Outline {
  /** Models on the edge of the set as one sees it from the direction of the intercept. */
  edge: Coefficients[];
  /** The weights on the ellipse that the curvature at the best model promises. */
  ellipse: [number, number][];
}

/** Cholesky factor (l00, l10, l11) of the inverse of the curvature that is left when the intercept follows. */
function spread([h00, h10, h11, h20, h21, h22]: Local['hessian']): readonly [number, number, number] {
  const a = h11 - (h10 * h10) / h00;
  const b = h21 - (h10 * h20) / h00;
  const c = h22 - (h20 * h20) / h00;
  const determinant = a * c - b * b;
  const l00 = Math.sqrt(c / determinant);
  const l10 = -b / determinant / l00;
  return [l00, l10, Math.sqrt(a / determinant - l10 * l10)];
}

/** Walks from the best model along a direction of the weights to the edge; the intercept is the best for each place. */
function edgeAlong(
  patients: Patients,
  best: Coefficients,
  limit: number,
  [u1, u2]: readonly [number, number],
): Coefficients {
  let far = 1;
  let intercept = best[0];
  for (let round = 0; round < 30; round++) {
    const { loss, gradient, hessian } = local(patients, [intercept, best[1] + far * u1, best[2] + far * u2]);
    const [g0, g1, g2] = gradient;
    const [h00, h10, , h20] = hessian;
    const slope = u1 * g1 + u2 * g2;
    const mixed = u1 * h10 + u2 * h20;
    // Newton's method for loss = limit and derivative in the intercept = 0.
    const step = (limit - loss + (g0 * g0) / h00) / (slope - (g0 * mixed) / h00);
    const shift = -(g0 + mixed * step) / h00;
    far += Math.max(-0.5 * far, Math.min(far, step));
    intercept += shift;
    if (Math.abs(step) < 1e-8 && Math.abs(shift) < 1e-8) break;
  }
  return [intercept, best[1] + far * u1, best[2] + far * u2];
}

/** Models whose weights lie on the edge of the set: no intercept brings weights further out within epsilon. */
export function outline(patients: Patients, best: Coefficients, epsilon: number, rays = 60): Outline {
  const { loss, hessian } = local(patients, best);
  const [l00, l10, l11] = spread(hessian);
  const scale = Math.sqrt(2 * epsilon);
  const directions = Array.from({ length: rays }, (_, ray): [number, number] => {
    const angle = (2 * Math.PI * ray) / rays;
    const [c, s] = [scale * Math.cos(angle), scale * Math.sin(angle)];
    return [l00 * c, l10 * c + l11 * s];
  });
  return {
    edge: directions.map((u) => edgeAlong(patients, best, loss + epsilon, u)),
    ellipse: directions.map(([u1, u2]) => [best[1] + u1, best[2] + u2]),
  };
}
