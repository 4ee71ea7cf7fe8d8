// Distributions of estimates as box plots, one a row, with the value that each of them should have.

import * as Plot from '@observablehq/plot';
import { describe, digits, fixed, plotStyle, type Chart, type ChartSize } from './chart.js';
import { colour, narrow } from './theme.js';

export interface BoxRow {
  name: string;
  values: ArrayLike<number>;
  colour: string;
  /** What the values estimate. */
  truth?: number;
}

export interface BoxGroup {
  /** Heading of the rows below it; none when empty. */
  name: string;
  rows: BoxRow[];
}

export interface BoxData {
  groups: BoxGroup[];
  /** What the axis shows, with its unit. */
  label: string;
  truthName: string;
  domain?: [number, number];
  decimals?: number;
}

/** Five percentiles and the mean of one row. */
export interface Box {
  low: number;
  q1: number;
  median: number;
  q3: number;
  high: number;
  mean: number;
  /** Half of the 95 % interval of the mean. */
  error: number;
}

interface Placed extends Box {
  key: string;
  row: BoxRow;
}

/** Type-7 percentile of sorted values. */
function percentile(sorted: Float64Array, level: number): number {
  const at = level * (sorted.length - 1);
  const below = Math.floor(at);
  const [a, b] = [sorted[below] ?? NaN, sorted[Math.min(below + 1, sorted.length - 1)] ?? NaN];
  return a + (b - a) * (at - below);
}

/** 5th, 25th, 50th, 75th and 95th percentile, mean and its error. */
export function boxOf(values: ArrayLike<number>): Box {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  const mean = sorted.reduce((a, b) => a + b, 0) / n;
  const variance = sorted.reduce((a, b) => a + (b - mean) ** 2, 0) / Math.max(1, n - 1);
  const [low, q1, median, q3, high] = [0.05, 0.25, 0.5, 0.75, 0.95].map((l) => percentile(sorted, l));
  return {
    low: low ?? NaN,
    q1: q1 ?? NaN,
    median: median ?? NaN,
    q3: q3 ?? NaN,
    high: high ?? NaN,
    mean,
    error: 1.96 * Math.sqrt(variance / n),
  };
}

const keyOf = (group: number, row: number): string => `${group},${row}`;

function summarise(data: BoxData, placed: Placed[]): string {
  const parts = data.groups.map((group, g) => {
    const rows = group.rows.map((row, r) => {
      const box = placed.find((p) => p.key === keyOf(g, r));
      if (!box) return '';
      const truth = row.truth === undefined ? '' : `, ${data.truthName} ${digits(row.truth)}`;
      return `${row.name} mean ${digits(box.mean)} \u00b1 ${digits(box.error, 2)}, half of the values from ${digits(box.q1)} to ${digits(box.q3)}${truth}`;
    });
    return (group.name ? `${group.name}: ` : '') + rows.join('; ');
  });
  return `${data.label}. ${parts.join('. ')}.`;
}

/** Room for the names of rows. */
function leftMargin(data: BoxData, width: number): number {
  const longest = Math.max(...data.groups.flatMap((g) => g.rows.map((r) => r.name.length)));
  return Math.min(width * 0.42, 22 + longest * 7);
}

/** Draws groups from top to bottom: whiskers hold 90 % of the values, boxes 50 %, ticks the medians, dots the means. */
export function boxes(data: BoxData, size: ChartSize): Chart {
  const placed = data.groups.flatMap((group, g) =>
    group.rows.map((row, r): Placed => ({ key: keyOf(g, r), row, ...boxOf(row.values) })),
  );
  const headings = data.groups.flatMap((group, g) => (group.name ? [{ key: `${g}`, name: group.name }] : []));
  const domainY = data.groups.flatMap((group, g) => [
    ...(group.name ? [`${g}`] : []),
    ...group.rows.map((_, r) => keyOf(g, r)),
  ]);
  const truths = placed.filter((p) => p.row.truth !== undefined);
  const truth = (p: Placed): number => p.row.truth ?? NaN;
  const first = truths[0];
  const ends = placed.flatMap((p) => [p.low, p.high, p.row.truth ?? p.low]);
  const marginLeft = leftMargin(data, size.width);
  const y = 'key';
  const element = Plot.plot({
    width: size.width,
    height: size.height ?? 74 + domainY.length * 30,
    marginLeft,
    marginRight: 58,
    marginTop: 30,
    marginBottom: 42,
    style: plotStyle(),
    x: {
      label: data.label,
      labelAnchor: 'center',
      labelArrow: 'none',
      domain: data.domain ?? [Math.min(0, ...ends), Math.max(...ends)],
      grid: true,
      ticks: size.width < narrow ? 4 : 6,
    },
    y: { axis: null, domain: domainY, padding: 0.36 },
    marks: [
      Plot.text(headings, {
        y,
        text: 'name',
        frameAnchor: 'left',
        textAnchor: 'start',
        dx: -marginLeft,
        dy: 4,
        fontWeight: 600,
      }),
      Plot.text(placed, {
        y,
        text: (p: Placed) => p.row.name,
        frameAnchor: 'left',
        textAnchor: 'end',
        dx: -10,
        fill: (p: Placed) => p.row.colour,
        fontWeight: 600,
      }),
      Plot.tickX(truths, {
        x: truth,
        y,
        // By a function: the page's style greys ticks whose colour stands on their group.
        stroke: () => colour.truth,
        strokeWidth: 2,
        insetTop: -8,
        insetBottom: -8,
      }),
      Plot.link(placed, {
        x1: 'low',
        x2: 'high',
        y,
        stroke: (p: Placed) => p.row.colour,
        strokeWidth: 1.5,
        clip: true,
      }),
      Plot.barX(placed, {
        x1: 'q1',
        x2: 'q3',
        y,
        fill: colour.paper,
        stroke: (p: Placed) => p.row.colour,
        strokeWidth: 1.5,
        clip: true,
      }),
      Plot.tickX(placed, {
        x: 'median',
        y,
        stroke: (p: Placed) => p.row.colour,
        strokeWidth: 1.5,
        clip: true,
      }),
      Plot.dot(placed, { x: 'mean', y, r: 4.5, fill: (p: Placed) => p.row.colour, clip: true }),
      Plot.text(placed, {
        y,
        text: (p: Placed) => fixed(p.mean, data.decimals ?? 3),
        frameAnchor: 'right',
        textAnchor: 'end',
        dx: 54,
      }),
      Plot.text(['mean'], {
        frameAnchor: 'top-right',
        textAnchor: 'end',
        dx: 54,
        dy: -22,
        fill: colour.muted,
      }),
      first
        ? Plot.text([first], {
            x: truth,
            text: () => data.truthName,
            frameAnchor: 'top',
            dy: -16,
            fill: colour.truth,
            fontWeight: 600,
          })
        : null,
    ],
  });
  const summary = summarise(data, placed);
  return {
    element: describe(element, summary),
    summary,
    table: [
      [
        'group',
        'estimate',
        'true_value',
        'mean',
        'error_of_mean_95',
        'p5',
        'p25',
        'p50',
        'p75',
        'p95',
        'values',
      ],
      ...data.groups.flatMap((group, g) =>
        group.rows.map((row, r) => {
          const b = placed.find((p) => p.key === keyOf(g, r));
          const numbers = b ? [b.mean, b.error, b.low, b.q1, b.median, b.q3, b.high] : [];
          return [group.name, row.name, row.truth ?? '', ...numbers, row.values.length];
        }),
      ),
    ],
  };
}
