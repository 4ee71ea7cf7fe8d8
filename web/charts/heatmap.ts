// A matrix of shares as tinted cells with numbers: rank probabilities of players.

import * as Plot from '@observablehq/plot';
import { describe, fixed, plotStyle, type Chart, type ChartSize } from './chart.js';
import { colour, narrow } from './theme.js';

export interface HeatmapData {
  rows: string[];
  columns: string[];
  /** Row-major shares in [0, 1]. */
  values: ArrayLike<number>;
  xLabel: string;
}

interface Square {
  row: string;
  column: string;
  value: number;
}

function summarise(data: HeatmapData): string {
  const width = data.columns.length;
  const best = data.rows.map((row, i) => {
    const line = Array.from({ length: width }, (_, k) => data.values[i * width + k] ?? 0);
    const top = Math.max(...line);
    return `${row} most often ${data.columns[line.indexOf(top)] ?? ''} (${fixed(100 * top, 0)} %)`;
  });
  return `${data.xLabel}: ${best.join('; ')}.`;
}

/** Draws the cells; the tint is the share, the number its percentage. */
export function heatmap(data: HeatmapData, size: ChartSize): Chart {
  const width = data.columns.length;
  const squares: Square[] = data.rows.flatMap((row, i) =>
    data.columns.map((column, k) => ({ row, column, value: data.values[i * width + k] ?? 0 })),
  );
  const longest = Math.max(...data.rows.map((r) => r.length));
  const small = size.width < narrow;
  const element = Plot.plot({
    width: size.width,
    height: size.height ?? 60 + data.rows.length * 30,
    marginLeft: Math.min(size.width * 0.36, 14 + longest * 7.2),
    marginRight: 4,
    marginTop: 6,
    marginBottom: 42,
    style: plotStyle(),
    x: {
      label: data.xLabel,
      labelAnchor: 'center',
      labelArrow: 'none',
      domain: data.columns,
      tickSize: 0,
      padding: 0.04,
    },
    y: { label: null, domain: data.rows, tickSize: 0, padding: 0.06 },
    marks: [
      Plot.cell(squares, { x: 'column', y: 'row', fill: colour.panel }),
      Plot.cell(squares, {
        x: 'column',
        y: 'row',
        fill: colour.forecast,
        fillOpacity: (s: Square) => 0.85 * s.value,
      }),
      Plot.text(
        squares.filter((s) => s.value >= 0.005),
        {
          x: 'column',
          y: 'row',
          text: (s: Square) => fixed(100 * s.value, 0),
          fontSize: small ? 11 : 14,
          fill: (s: Square) => (s.value > 0.5 ? colour.paper : colour.ink),
        },
      ),
    ],
  });
  const summary = summarise(data);
  return {
    element: describe(element, summary),
    summary,
    table: [
      ['', ...data.columns],
      ...data.rows.map((row, i) => [
        row,
        ...Array.from({ length: width }, (_, k) => data.values[i * width + k] ?? 0),
      ]),
    ],
  };
}
