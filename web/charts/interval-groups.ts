// Estimates with intervals in rows, several beside each other in every row: one quantity under several conditions.

import * as Plot from '@observablehq/plot';
import { describe, fixed, plotStyle, type Chart, type ChartSize } from './chart.js';
import { colour, narrow } from './theme.js';

export interface IntervalGroup {
  name: string;
  values: { condition: string; value: number; low: number; high: number }[];
}

export interface IntervalGroupData {
  rows: IntervalGroup[];
  /** What the axis shows. */
  label: string;
  domain: [number, number];
  /** The condition that is drawn in colour; the others are grey. */
  chosen: string;
  /** A vertical line for reference. */
  reference: number;
}

interface Mark {
  name: string;
  condition: string;
  value: number;
  low: number;
  high: number;
  place: number;
}

function summarise(data: IntervalGroupData): string {
  const rows = data.rows.map(({ name, values }) => {
    const said = values.map(
      (v) => `${v.condition} ${fixed(v.value, 2)} (${fixed(v.low, 2)} to ${fixed(v.high, 2)})`,
    );
    return `${name}: ${said.join(', ')}`;
  });
  return `${data.label}, with 95 % intervals. ${rows.join('; ')}.`;
}

/** Draws the rows from top to bottom, and the conditions of each row from top to bottom in the order given. */
export function intervalGroups(data: IntervalGroupData, size: ChartSize): Chart {
  const gap = 9;
  const marks = data.rows.flatMap(({ name, values }) =>
    values.map((v, i): Mark => ({ ...v, name, place: (i - (values.length - 1) / 2) * gap })),
  );
  const places = [...new Set(marks.map((m) => m.place))];
  const stroke = (m: Mark): string => (m.condition === data.chosen ? colour.forecast : colour.muted);
  const longest = Math.max(...data.rows.map((r) => r.name.length));
  const perRow = Math.max(1, ...data.rows.map((r) => r.values.length)) * gap + 14;
  const summary = summarise(data);
  const element = Plot.plot({
    width: size.width,
    height: size.height ?? 60 + data.rows.length * perRow,
    marginLeft: 14 + longest * 7.2,
    marginRight: 20,
    marginTop: 10,
    marginBottom: 44,
    style: plotStyle(),
    x: {
      label: data.label,
      labelAnchor: 'center',
      labelArrow: 'none',
      domain: data.domain,
      grid: true,
      ticks: size.width < narrow ? 5 : 9,
    },
    y: { label: null, domain: data.rows.map((r) => r.name), tickSize: 0, padding: 0.5 },
    marks: [
      Plot.ruleX([data.reference], { stroke: colour.ink, strokeDasharray: '4,3' }),
      ...places.flatMap((place) => {
        const here = marks.filter((m) => m.place === place);
        return [
          Plot.link(here, { x1: 'low', x2: 'high', y: 'name', stroke, strokeWidth: 2, dy: place }),
          Plot.dot(here, { x: 'value', y: 'name', r: 3.5, fill: stroke, dy: place }),
        ];
      }),
    ],
  });
  return {
    element: describe(element, summary),
    summary,
    table: [
      ['name', 'condition', 'value', 'low', 'high'],
      ...marks.map((m) => [m.name, m.condition, m.value, m.low, m.high]),
    ],
  };
}
