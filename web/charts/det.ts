// Detection error trade-off on normal-quantile axes: false alarms over misses, with marked points on the line of
// equal rates.

import * as Plot from '@observablehq/plot';
import { describe, fixed, plotStyle, type Chart, type ChartSize } from './chart.js';
import { colour, narrow } from './theme.js';

/** Normal quantiles of both rates. */
export interface DetPoint {
  x: number;
  y: number;
}

export interface DetLine {
  name: string;
  points: DetPoint[];
  colour: string;
  dash?: string;
  /** Dots at the points in place of a line. */
  dots?: boolean;
}

export type DetSymbol = 'circle' | 'square' | 'diamond2';

export interface DetMark {
  name: string;
  /** The rate itself, and its normal quantile. */
  rate: number;
  at: number;
  colour: string;
  symbol: DetSymbol;
  /** The measured point that the mark comes from, when it is not on the line of equal rates. */
  from?: DetPoint;
}

export interface DetData {
  title: string;
  lines: DetLine[];
  marks: DetMark[];
  /** Rates named on both axes with their normal quantiles, ascending; the ends are the axes' limits. */
  ticks: { rate: number; at: number }[];
}

const percent = (rate: number): string => `${fixed(100 * rate, 1)}\u00a0%`;
const shortPercent = (rate: number): string => `${Number((100 * rate).toPrecision(3))}\u00a0%`;

function summarise(data: DetData): string {
  return `${data.title}: equal error rate ${data.marks.map((m) => `${m.name} ${percent(m.rate)}`).join('; ')}.`;
}

/** Draws the lines and, in the free corner, a list of the marks with their rates. */
export function det(data: DetData, size: ChartSize): Chart {
  const ends: [number, number] = [data.ticks[0]?.at ?? -2, data.ticks.at(-1)?.at ?? 2];
  const small = size.width < narrow;
  const ticks = data.ticks.filter((_, i) => !small || i % 2 === 0);
  const nameOf = (at: number): string => shortPercent(data.ticks.find((t) => t.at === at)?.rate ?? NaN);
  const axis = { domain: ends, ticks: ticks.map((t) => t.at), tickFormat: nameOf, grid: true };
  const moved = data.marks.flatMap((m) => (m.from ? [{ ...m, fromX: m.from.x, fromY: m.from.y }] : []));
  const listed = data.marks.map((m, i) => ({ ...m, dy: 14 + i * 21 }));
  const listLeft = small ? 156 : 176;
  const element = Plot.plot({
    width: size.width,
    height: size.height ?? Math.min(520, Math.max(300, size.width * 0.92)),
    marginLeft: 52,
    marginRight: 20,
    marginTop: 44,
    marginBottom: 42,
    style: plotStyle(),
    x: { ...axis, label: 'false alarms (normal-quantile scale)', labelAnchor: 'center', labelArrow: 'none' },
    y: { ...axis, label: 'misses', labelArrow: 'none' },
    marks: [
      Plot.text([data.title], { frameAnchor: 'top', dy: -34, fontWeight: 600 }),
      // Up to the list in the corner.
      Plot.link([data.ticks.at(-2)?.at ?? ends[1]], {
        x1: ends[0],
        y1: ends[0],
        x2: (at: number) => at,
        y2: (at: number) => at,
        stroke: colour.muted,
        strokeDasharray: '2,4',
      }),
      ...data.lines.map((line) =>
        line.dots
          ? Plot.dot(line.points, { x: 'x', y: 'y', r: 3.5, fill: line.colour, clip: true })
          : Plot.line(line.points, {
              x: 'x',
              y: 'y',
              stroke: line.colour,
              strokeWidth: 1.8,
              clip: true,
              ...(line.dash ? { strokeDasharray: line.dash } : {}),
            }),
      ),
      Plot.link(moved, {
        x1: 'fromX',
        y1: 'fromY',
        x2: 'at',
        y2: 'at',
        stroke: (m: DetMark) => m.colour,
        strokeWidth: 1.5,
        clip: true,
      }),
      Plot.dot(moved, {
        x: 'fromX',
        y: 'fromY',
        r: 7,
        stroke: (m: DetMark) => m.colour,
        strokeWidth: 1.8,
        clip: true,
      }),
      ...data.marks.map((m) =>
        Plot.dot([m], {
          x: 'at',
          y: 'at',
          r: 6,
          symbol: m.symbol,
          fill: m.colour,
          stroke: colour.paper,
          strokeWidth: 1.5,
          clip: true,
        }),
      ),
      ...listed.flatMap((m) => [
        Plot.dot([m], {
          frameAnchor: 'top-right',
          dx: -listLeft,
          dy: m.dy,
          r: 5.5,
          symbol: m.symbol,
          fill: m.colour,
        }),
        Plot.text([m], {
          frameAnchor: 'top-right',
          dx: 12 - listLeft,
          dy: m.dy - 7,
          text: 'name',
          textAnchor: 'start',
          fontWeight: 600,
          fill: m.colour,
          stroke: colour.paper,
          strokeWidth: 4,
        }),
        Plot.text([m], {
          frameAnchor: 'top-right',
          dx: -6,
          dy: m.dy - 7,
          text: () => percent(m.rate),
          textAnchor: 'end',
          stroke: colour.paper,
          strokeWidth: 4,
          fill: colour.ink,
        }),
      ]),
    ],
  });
  const summary = summarise(data);
  return {
    element: describe(element, summary),
    summary,
    table: [
      ['series', 'false_alarms_quantile', 'misses_quantile', 'rate'],
      ...data.marks.map((m) => [m.name, m.at, m.at, m.rate]),
      ...data.lines.flatMap((line) => line.points.map((p) => [line.name, p.x, p.y, ''])),
    ],
  };
}
