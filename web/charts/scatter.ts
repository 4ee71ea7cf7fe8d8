// One quantity over another, a dot a case, with what the picture amounts to above it.

import * as Plot from '@observablehq/plot';
import { describe, digits, plotStyle, type Cell, type Chart, type ChartSize } from './chart.js';
import { colour, narrow } from './theme.js';

export interface ScatterData {
  points: { x: number; y: number }[];
  xLabel: string;
  yLabel: string;
  /** Two lines above the dots: what is drawn, and a number that sums it up. */
  title: string;
  note: string;
  fill?: string;
  /** Names of the columns in the table. */
  columns?: [string, string];
}

/** Draws the dots on axes that fit them. */
export function scatter(data: ScatterData, size: ChartSize): Chart {
  const extent = (values: number[]): string =>
    `from ${digits(Math.min(...values))} to ${digits(Math.max(...values))}`;
  const summary =
    `${data.title}, ${data.points.length} dots over ${data.xLabel}: ${data.note}. ` +
    `${data.xLabel} ${extent(data.points.map((p) => p.x))}, ` +
    `${data.yLabel} ${extent(data.points.map((p) => p.y))}.`;
  const element = Plot.plot({
    width: size.width,
    height: size.height ?? Math.min(300, Math.max(220, size.width * 0.7)),
    marginTop: 56,
    marginLeft: 50,
    marginRight: 14,
    marginBottom: 42,
    style: plotStyle(),
    x: {
      label: data.xLabel,
      labelAnchor: 'center',
      labelArrow: 'none',
      ticks: size.width < narrow ? 4 : 6,
      nice: true,
      grid: true,
      zero: true,
    },
    y: { label: null, ticks: 4, nice: true, grid: true },
    marks: [
      Plot.dot(data.points, {
        x: 'x',
        y: 'y',
        r: 3,
        fill: data.fill ?? colour.forecast,
        fillOpacity: 0.75,
      }),
      Plot.text([data.title], {
        frameAnchor: 'top-left',
        dx: -44,
        dy: -52,
        fontWeight: 600,
        fontSize: 15,
      }),
      Plot.text([data.note], { frameAnchor: 'top-left', dx: -44, dy: -31, fill: colour.muted }),
    ],
  });
  const table: Cell[][] = [
    data.columns ?? [data.xLabel, data.yLabel],
    ...data.points.map(({ x, y }): Cell[] => [x, y]),
  ];
  return { element: describe(element, summary), summary, table };
}
