// Two times a task on a logarithmic axis, joined by a line: how far apart two implementations are.

import * as Plot from '@observablehq/plot';
import { describe, digits, plotStyle, type Chart, type ChartSize } from './chart.js';
import { colour, narrow } from './theme.js';

export interface SpeedRow {
  name: string;
  unit: string;
  /** Nanoseconds a unit. */
  assay: number;
  plain: number;
}

/** Draws one row a task, in the order given: a filled dot for assay, a hollow one for plain JavaScript. */
export function speedChart(rows: SpeedRow[], size: ChartSize): Chart {
  const small = size.width < narrow + 80;
  const label = (r: SpeedRow): string => r.name;
  const longest = Math.max(...rows.map((r) => r.name.length));
  const summary = `Nanoseconds a unit, assay against plain JavaScript. ${rows
    .map((r) => `${r.name}: ${digits(r.assay)} against ${digits(r.plain)}`)
    .join('; ')}.`;
  const element = Plot.plot({
    width: size.width,
    height: size.height ?? 70 + rows.length * (small ? 42 : 30),
    marginLeft: small ? 8 : Math.min(size.width * 0.45, 14 + longest * 7),
    marginRight: 46,
    marginTop: 28,
    marginBottom: 42,
    style: plotStyle(),
    x: {
      type: 'log',
      label: 'nanoseconds a unit, lower is better',
      labelAnchor: 'center',
      labelArrow: 'none',
      grid: true,
      ticks: small ? 3 : 6,
      tickFormat: (v: number) => digits(v, 1),
      nice: true,
    },
    y: {
      label: null,
      domain: rows.map(label),
      tickSize: 0,
      axis: small ? null : ('left' as const),
      padding: 0.4,
    },
    marks: [
      Plot.link(rows, { x1: 'assay', x2: 'plain', y: label, stroke: colour.muted, strokeWidth: 1.5 }),
      Plot.dot(rows, {
        x: 'plain',
        y: label,
        r: 5,
        stroke: colour.series[2],
        fill: colour.paper,
        strokeWidth: 2,
      }),
      Plot.dot(rows, { x: 'assay', y: label, r: 5.5, fill: colour.series[0] }),
      small ? Plot.text(rows, { frameAnchor: 'left', y: label, text: label, dy: -15, fontSize: 12.5 }) : null,
    ],
  });
  return {
    element: describe(element, summary),
    summary,
    table: [
      ['task', 'unit', 'assay_ns', 'plain_javascript_ns'],
      ...rows.map((r) => [r.name, r.unit, r.assay, r.plain]),
    ],
  };
}
