// Rank histogram: how often the truth falls between which members. Flat is reliable, U too narrow, a dome too wide.

import * as Plot from '@observablehq/plot';
import { describe, digits, plotStyle, type Chart, type ChartSize } from './chart.js';
import { colour, narrow } from './theme.js';

export interface RankHistogramData {
  /** Cases per rank, lowest rank first; fractions arise from ties. */
  counts: ArrayLike<number>;
  /** Stands above the bars where several histograms share a row. */
  title?: string;
  /** Colour of the bars; the forecast's by default. */
  fill?: string;
  /** Shared upper end of the axis, as a share of all cases. */
  maxShare?: number;
}

/** Draws shares of cases, with the band in which 95 % of the bars of a reliable ensemble would lie. */
export function rankHistogram(data: RankHistogramData, size: ChartSize): Chart {
  const counts = Array.from(data.counts);
  const total = counts.reduce((a, b) => a + b, 0);
  const expected = 1 / counts.length;
  const half = 1.96 * Math.sqrt((expected * (1 - expected)) / total);
  const bars = counts.map((count, i) => ({ rank: i + 1, share: count / total }));
  const top = data.maxShare ?? Math.max(expected + half, ...bars.map((b) => b.share)) * 1.06;
  const outer = ((counts[0] ?? 0) + (counts.at(-1) ?? 0)) / total;
  const summary =
    `${data.title ? data.title + ': ' : ''}rank histogram of ${digits(total, 4)} cases in ${counts.length} ranks. ` +
    `The outer two ranks hold ${digits(100 * outer)} % of the cases; a reliable ensemble puts ${digits(200 * expected)} % there. ` +
    `Shares from lowest to highest rank: ${bars.map((b) => digits(100 * b.share, 2)).join(', ')} %.`;
  const few = counts.length > 14 || size.width < narrow;
  const element = Plot.plot({
    width: size.width,
    height: size.height ?? Math.min(300, Math.max(200, size.width * 0.45)),
    marginTop: data.title ? 30 : 16,
    marginLeft: 44,
    marginBottom: 40,
    style: plotStyle(),
    x: {
      label: 'rank of the observation among the members',
      labelAnchor: 'center',
      labelArrow: 'none',
      tickSize: 0,
      ...(few ? { ticks: [1, Math.ceil(counts.length / 2), counts.length] } : {}),
    },
    y: {
      label: null,
      tickFormat: (v: number) => `${Math.round(v * 1000) / 10} %`,
      domain: [0, top],
      ticks: 4,
      grid: true,
    },
    marks: [
      Plot.barY(bars, {
        x: 'rank',
        y: 'share',
        fill: data.fill ?? colour.forecast,
        insetLeft: 1,
        insetRight: 1,
      }),
      Plot.ruleY([Math.max(0, expected - half), expected + half], {
        stroke: colour.ink,
        strokeDasharray: '3,3',
      }),
      Plot.ruleY([expected], { stroke: colour.ink, strokeWidth: 1.5 }),
      Plot.ruleY([0], { stroke: colour.rule }),
      data.title ? Plot.text([data.title], { frameAnchor: 'top-left', dy: -24, fontWeight: 600 }) : null,
    ],
  });
  return {
    element: describe(element, summary),
    summary,
    table: [['rank', 'count', 'share'], ...counts.map((c, i) => [i + 1, c, c / total])],
  };
}
