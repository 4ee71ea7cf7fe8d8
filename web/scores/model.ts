// What the score explorer computes: densities, scores along the outcome, their gradients, and expected scores when
// the forecast differs from the truth. Every score comes from the package.

import {
  crpsLaplaceGrad,
  crpsLogisticGrad,
  crpsNormalGrad,
  crpsTGrad,
  crpsTwoPieceNormalGrad,
  logScoreLaplaceGrad,
  logScoreLogisticGrad,
  logScoreNormalGrad,
  logScoreTGrad,
  logScoreTwoPieceNormalGrad,
  dawidSebastianiScoreMoments,
} from 'assay/scoring';

export type Family = 'normal' | 'logistic' | 'laplace' | 't' | 'two_piece';

/** A forecast: a family at a place and with a width; shapes are fixed. */
export interface Forecast {
  family: Family;
  place: number;
  width: number;
}

export type ScoreName = 'crps' | 'log' | 'moments' | 'density';
export const scoreNames: readonly ScoreName[] = ['crps', 'log', 'moments', 'density'];

/** Scores of outcomes with their derivatives by place and width of the forecast. */
interface Graded {
  score: Float64Array;
  byPlace: Float64Array;
  byWidth: Float64Array;
}

interface Result {
  readonly [field: string]: ArrayLike<number>;
}

/** Degrees of freedom of the t, ratio of the scales of the two-piece normal distribution. */
const freedom = 3;
const lopsided = 3;

/** `widths` names the derivatives by scales that are a multiple of the width, and the multiples. */
function graded(result: Result, score: string, place: string, widths: Record<string, number>): Graded {
  const column = (name: string): Float64Array => Float64Array.from(result[name] ?? []);
  const parts = Object.entries(widths).map(([name, multiple]) =>
    column(name).map((slope) => multiple * slope),
  );
  const byWidth = column(score).map((_, i) => parts.reduce((sum, part) => sum + (part[i] ?? NaN), 0));
  return { score: column(score), byPlace: column(place), byWidth };
}

/** CRPS or log score of outcomes. */
function closedForm(kind: 'crps' | 'log', { family, place, width }: Forecast, y: Float64Array): Graded {
  const crps = kind === 'crps';
  const field = crps ? 'crps' : 'score';
  const of = (result: object): Result => result as Result;
  switch (family) {
    case 'normal':
      return graded(of((crps ? crpsNormalGrad : logScoreNormalGrad)(y, place, width)), field, 'dMu', {
        dSigma: 1,
      });
    case 'logistic':
      return graded(of((crps ? crpsLogisticGrad : logScoreLogisticGrad)(y, place, width)), field, 'dMu', {
        dSigma: 1,
      });
    case 'laplace':
      return graded(of((crps ? crpsLaplaceGrad : logScoreLaplaceGrad)(y, place, width)), field, 'dLocation', {
        dScale: 1,
      });
    case 't':
      return graded(of((crps ? crpsTGrad : logScoreTGrad)(y, freedom, place, width)), field, 'dLocation', {
        dScale: 1,
      });
    case 'two_piece': {
      const score = crps ? crpsTwoPieceNormalGrad : logScoreTwoPieceNormalGrad;
      const widths = { dScale1: 1, dScale2: lopsided };
      return graded(of(score(y, width, lopsided * width, place)), field, 'dLocation', widths);
    }
  }
}

/** Mean and variance of a forecast. */
export function moments({ family, place, width }: Forecast): { mean: number; variance: number } {
  const square = width * width;
  const excess = Math.sqrt(2 / Math.PI) * (lopsided - 1) * width;
  switch (family) {
    case 'normal':
      return { mean: place, variance: square };
    case 'logistic':
      return { mean: place, variance: (square * Math.PI ** 2) / 3 };
    case 'laplace':
      return { mean: place, variance: 2 * square };
    case 't':
      return { mean: place, variance: (square * freedom) / (freedom - 2) };
    case 'two_piece':
      return {
        mean: place + excess,
        variance: (1 - 2 / Math.PI) * (lopsided - 1) ** 2 * square + lopsided * square,
      };
  }
}

function scoresOf(name: ScoreName, forecast: Forecast, y: Float64Array): Float64Array {
  if (name === 'crps' || name === 'log') return closedForm(name, forecast, y).score;
  if (name === 'moments') {
    const { mean, variance } = moments(forecast);
    // Half of it and a constant: for normal forecasts the log score.
    return dawidSebastianiScoreMoments(y, mean, variance).map((value) => (value + Math.log(2 * Math.PI)) / 2);
  }
  return closedForm('log', forecast, y).score.map((value) => -Math.exp(-value));
}

export interface Point {
  x: number;
  y: number;
}

export interface Along {
  density: Point[];
  curves: Record<ScoreName, Point[]>;
  /** At the chosen outcome. */
  chosen: { name: 'crps' | 'log'; score: number; byPlace: number; byWidth: number }[];
}

export interface AlongInput extends Forecast {
  outcome: number;
  from: number;
  to: number;
}

/** Density and scores over the outcome. */
export function along({ outcome, from, to, ...forecast }: AlongInput): Along {
  const count = 241;
  const x = Float64Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
  const points = (values: ArrayLike<number>): Point[] =>
    Array.from(x, (at, i) => ({ x: at, y: values[i] ?? NaN }));
  const curves = Object.fromEntries(
    scoreNames.map((name) => [name, points(scoresOf(name, forecast, x))]),
  ) as Record<ScoreName, Point[]>;
  return {
    density: curves.density.map(({ x: at, y }) => ({ x: at, y: -y })),
    curves,
    chosen: (['crps', 'log'] as const).map((name) => {
      const { score, byPlace, byWidth } = closedForm(name, forecast, Float64Array.of(outcome));
      return { name, score: score[0] ?? NaN, byPlace: byPlace[0] ?? NaN, byWidth: byWidth[0] ?? NaN };
    }),
  };
}

export interface ExpectedInput {
  family: Family;
  ratios: number[];
}

/**
 * Expected scores of forecasts that are `ratio` times as wide as the truth about its mean, less that of the truth. The
 * expectation is a sum over a grid that thins out into the tails.
 */
export function expected({ family, ratios }: ExpectedInput): Record<ScoreName, Point[]> {
  const truth: Forecast = { family, place: 0, width: 1 };
  const centre = moments(truth).mean;
  const steps = 4001;
  const reach = 7;
  const y = Float64Array.from(
    { length: steps },
    (_, i) => centre + Math.sinh(-reach + (2 * reach * i) / (steps - 1)),
  );
  const surprise = closedForm('log', truth, y).score;
  const weight = y.map((value, i) => Math.exp(-(surprise[i] ?? 0)) * Math.sqrt(1 + (value - centre) ** 2));
  const total = weight.reduce((sum, w) => sum + w, 0);
  const mean = (name: ScoreName, forecast: Forecast): number => {
    const values = scoresOf(name, forecast, y);
    let sum = 0;
    weight.forEach((w, i) => (sum += w > 0 ? (w / total) * (values[i] ?? 0) : 0));
    return sum;
  };
  const wider = (ratio: number): Forecast => {
    const { mean: own } = moments({ family, place: 0, width: ratio });
    return { family, place: centre - own, width: ratio };
  };
  return Object.fromEntries(
    scoreNames.map((name) => {
      const best = mean(name, truth);
      return [name, ratios.map((x) => ({ x, y: mean(name, wider(x)) - best }))];
    }),
  ) as Record<ScoreName, Point[]>;
}
