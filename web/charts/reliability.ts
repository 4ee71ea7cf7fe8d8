// Reliability diagram: observed frequency over forecast probability, binned with intervals and isotonic (CORP),
// above a histogram of the forecasts.

import * as Plot from '@observablehq/plot';
import { describe, digits, fixed, grouped, plotStyle, type Chart, type ChartSize } from './chart.js';
import { colour, narrow } from './theme.js';

export interface ReliabilityBin {
  /** Edges of the bin. */
  from: number;
  to: number;
  count: number;
  meanProbability: number;
  frequency: number;
  low: number;
  high: number;
}

export interface ReliabilityData {
  bins: ReliabilityBin[];
  /** Where the isotonic curve of a calibrated forecast would lie. */
  band?: { x: ArrayLike<number>; lower: ArrayLike<number>; upper: ArrayLike<number> };
  /** Isotonic curve: distinct probabilities and their conditional event probabilities. */
  corp?: { x: ArrayLike<number>; cep: ArrayLike<number> };
  /** The same bins' means before a change, drawn hollow. */
  before?: { meanProbability: number; frequency: number }[];
  xLabel?: string;
  yLabel?: string;
  /** Without axes' names and intervals' numbers, for small places. */
  compact?: boolean;
}

function corpPoints(corp: NonNullable<ReliabilityData['corp']>): { x: number; y: number }[] {
  const all = Array.from(corp.x, (x, i) => ({ x, y: corp.cep[i] ?? NaN }));
  // Inside a block the curve is flat: its two ends draw it as well as all its points.
  return all.filter(
    (p, i) => i === 0 || i === all.length - 1 || all[i - 1]?.y !== p.y || all[i + 1]?.y !== p.y,
  );
}

function bandPoints(band: NonNullable<ReliabilityData['band']>): { x: number; low: number; high: number }[] {
  return Array.from(band.x, (x, i) => ({ x, low: band.lower[i] ?? NaN, high: band.upper[i] ?? NaN }));
}

function summarise(data: ReliabilityData): string {
  const bins = data.bins
    .filter((b) => b.count > 0)
    .map(
      (b) =>
        `forecast ${fixed(b.meanProbability, 2)}, observed ${fixed(b.frequency, 2)} (${grouped(b.count)} cases)`,
    );
  return `Reliability diagram; on the diagonal forecasts and frequencies agree. ${bins.join('; ')}.`;
}

/** Draws a square diagram and, unless compact, the histogram of forecasts under it in one element. */
export function reliability(data: ReliabilityData, size: ChartSize): Chart {
  const summary = summarise(data);
  const bins = data.bins.filter((b) => b.count > 0);
  const margin = data.compact ? { marginLeft: 6, marginRight: 6 } : { marginLeft: 50, marginRight: 16 };
  const axis = data.compact ? null : ('bottom' as const);
  const diagram = Plot.plot({
    width: size.width,
    height: size.height ?? size.width,
    ...margin,
    marginTop: data.compact ? 6 : 30,
    marginBottom: data.compact ? 6 : 30,
    style: plotStyle(),
    x: { domain: [0, 1], label: null, axis, ticks: 5, grid: !data.compact },
    y: {
      domain: [0, 1],
      label: data.yLabel ?? 'observed frequency',
      labelArrow: 'none',
      axis: data.compact ? null : ('left' as const),
      ticks: 5,
      grid: !data.compact,
    },
    marks: [
      data.compact ? Plot.frame({ stroke: colour.rule }) : null,
      data.band
        ? Plot.areaY(bandPoints(data.band), {
            x: 'x',
            y1: 'low',
            y2: 'high',
            fill: colour.muted,
            fillOpacity: 0.2,
          })
        : null,
      Plot.link([0], { x1: 0, y1: 0, x2: 1, y2: 1, stroke: colour.muted, strokeDasharray: '4,4' }),
      Plot.link(bins, {
        x: 'meanProbability',
        y1: 'low',
        y2: 'high',
        stroke: colour.series[0],
        strokeWidth: 2,
      }),
      data.before
        ? Plot.dot(data.before, {
            x: 'meanProbability',
            y: 'frequency',
            r: 4,
            stroke: colour.muted,
            strokeWidth: 1.5,
          })
        : null,
      data.corp
        ? Plot.line(corpPoints(data.corp), { x: 'x', y: 'y', stroke: colour.forecast, strokeWidth: 2.5 })
        : null,
      Plot.dot(bins, {
        x: 'meanProbability',
        y: 'frequency',
        r: data.compact ? 3 : 4.5,
        fill: colour.series[0],
      }),
    ],
  });
  const table = [
    ['bin_from', 'bin_to', 'count', 'mean_probability', 'observed_frequency', 'low', 'high'],
    ...data.bins.map((b) => [b.from, b.to, b.count, b.meanProbability, b.frequency, b.low, b.high]),
  ];
  if (data.compact) return { element: describe(diagram, summary), summary, table };
  const histogram = Plot.plot({
    width: size.width,
    height: 96,
    ...margin,
    marginTop: 4,
    marginBottom: 40,
    style: plotStyle(),
    x: {
      domain: [0, 1],
      label: data.xLabel ?? 'forecast probability',
      labelAnchor: 'center',
      labelArrow: 'none',
      ticks: 5,
    },
    y: { label: null, ticks: 2, tickFormat: (v: number) => digits(v, 1), grid: true },
    marks: [
      Plot.rectY(bins, {
        x1: 'from',
        x2: 'to',
        y: 'count',
        fill: colour.series[0],
        insetLeft: 0.5,
        insetRight: 0.5,
      }),
      Plot.ruleY([0], { stroke: colour.rule }),
    ],
  });
  const both = document.createElement('div');
  both.append(diagram, histogram);
  for (const part of [diagram, histogram]) {
    part.classList.add('chart');
    part.setAttribute('aria-hidden', 'true');
  }
  return { element: describe(both, summary), summary, table };
}

/** Below this width a page should stack a diagram's side panels. */
export const stackBelow = narrow;
