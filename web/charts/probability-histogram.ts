// Histogram of a model's probabilities, with the true ones as an outline where they are known.

import * as Plot from '@observablehq/plot';
import { describe, fixed, plotStyle, type Chart, type ChartSize } from './chart.js';
import { colour } from './theme.js';

export interface ProbabilityHistogramData {
  /** Shares of the cases in bins of equal width over [0, 1]. */
  shares: readonly number[];
  /** The same of the true probabilities. */
  truth?: readonly number[];
  title: string;
  fill?: string;
  /** Shared upper end of the axis. */
  maxShare?: number;
}

/** The outline of a histogram as the corners of a path. */
function outline(shares: readonly number[]): { x: number; y: number }[] {
  return shares.flatMap((y, i) => [
    { x: i / shares.length, y },
    { x: (i + 1) / shares.length, y },
  ]);
}

/** Draws bars for the model and a line for the truth. */
export function probabilityHistogram(data: ProbabilityHistogramData, size: ChartSize): Chart {
  const n = data.shares.length;
  const bars = data.shares.map((share, i) => ({ from: i / n, to: (i + 1) / n, share }));
  const top = data.maxShare ?? Math.max(...data.shares, ...(data.truth ?? []));
  const ends = (shares: readonly number[]): string =>
    `${fixed(100 * (shares[0] ?? 0), 1)} % in the lowest and ${fixed(100 * (shares.at(-1) ?? 0), 1)} % in the highest`;
  const summary =
    `${data.title}: histogram of probabilities in ${n} bins, ${ends(data.shares)}` +
    (data.truth ? `; of the true probabilities ${ends(data.truth)}.` : '.');
  const element = Plot.plot({
    width: size.width,
    height: size.height ?? 200,
    marginTop: 30,
    marginLeft: 40,
    marginRight: 12,
    marginBottom: 40,
    style: plotStyle(),
    x: {
      domain: [0, 1],
      label: 'probability',
      labelAnchor: 'center',
      labelArrow: 'none',
      ticks: [0, 0.25, 0.5, 0.75, 1],
      tickFormat: String,
    },
    y: {
      domain: [0, top],
      label: null,
      ticks: 3,
      tickFormat: (v: number) => `${Math.round(v * 1000) / 10} %`,
      grid: true,
    },
    marks: [
      Plot.rectY(bars, {
        x1: 'from',
        x2: 'to',
        y: 'share',
        fill: data.fill ?? colour.forecast,
        insetLeft: 0.5,
        insetRight: 0.5,
      }),
      data.truth
        ? Plot.line(outline(data.truth), { x: 'x', y: 'y', stroke: colour.truth, strokeWidth: 2 })
        : null,
      Plot.ruleY([0], { stroke: colour.rule }),
      Plot.text([data.title], { frameAnchor: 'top-left', dx: -36, dy: -26, fontWeight: 600 }),
    ],
  });
  return {
    element: describe(element, summary),
    summary,
    table: [
      ['from', 'to', 'share', 'true_share'],
      ...bars.map((b, i) => [b.from, b.to, b.share, data.truth?.[i] ?? '']),
    ],
  };
}
