// Estimates with their intervals, one a row: scores by group, expected points of a tournament.

import * as Plot from '@observablehq/plot';
import { describe, digits, plotStyle, type Chart, type ChartSize } from './chart.js';
import { colour, narrow } from './theme.js';

export interface IntervalRow {
  name: string;
  value: number;
  low: number;
  high: number;
  colour?: string;
  /** Drawn hollow and grey beside the estimate: where the value stood before a change. */
  before?: number;
}

export interface IntervalData {
  rows: IntervalRow[];
  /** What the axis shows, with its unit. */
  label: string;
  /** A vertical reference line, for example no skill. */
  reference?: { value: number; name: string };
  domain?: [number, number];
  /** Bars from zero instead of points. */
  bars?: boolean;
  decimals?: number;
}

function summarise(data: IntervalData): string {
  const rows = data.rows.map((r) => `${r.name} ${digits(r.value)} (${digits(r.low)} to ${digits(r.high)})`);
  return `${data.label}, estimate with 95 % interval. ${rows.join('; ')}.`;
}

/** A long name without its middle: what tells names apart stands at their ends. */
function shorten(name: string, most: number): string {
  if (name.length <= most) return name;
  const tail = Math.min(5, Math.floor(most / 3));
  return `${name.slice(0, most - tail - 1)}\u2026${name.slice(-tail)}`;
}

/** Draws the rows from top to bottom in the order given. */
export function intervals(data: IntervalData, size: ChartSize): Chart {
  const longest = Math.max(...data.rows.map((r) => r.name.length));
  const marginLeft = Math.min(size.width * 0.4, 14 + longest * 7.2);
  const of = (row: IntervalRow): string => row.colour ?? colour.forecast;
  const values = data.rows.flatMap((r) => [r.low, r.high, ...(r.before === undefined ? [] : [r.before])]);
  const low = Math.min(data.bars ? 0 : Infinity, data.reference?.value ?? Infinity, ...values);
  const high = Math.max(data.bars ? 0 : -Infinity, data.reference?.value ?? -Infinity, ...values);
  const pad = (high - low) * 0.04 || 0.01;
  const domain = data.domain ?? [data.bars ? low : low - pad, high + pad];
  const element = Plot.plot({
    width: size.width,
    height: size.height ?? 64 + data.rows.length * 26,
    marginLeft,
    marginRight: data.bars ? 56 : 20,
    marginTop: 26,
    marginBottom: 42,
    style: plotStyle(),
    x: {
      label: data.label,
      labelAnchor: 'center',
      labelArrow: 'none',
      domain,
      grid: true,
      ticks: size.width < narrow ? 4 : 7,
    },
    y: {
      label: null,
      domain: data.rows.map((r) => r.name),
      tickSize: 0,
      padding: 0.3,
      tickFormat: (name: string) => shorten(name, Math.floor((marginLeft - 10) / 6.6)),
    },
    marks: [
      data.bars ? Plot.barX(data.rows, { x1: 0, x2: 'value', y: 'name', fill: of }) : null,
      data.reference
        ? Plot.ruleX([data.reference.value], { stroke: colour.ink, strokeDasharray: '4,3' })
        : null,
      data.reference
        ? Plot.text([data.reference], {
            x: 'value',
            text: 'name',
            frameAnchor: 'top',
            dy: -16,
            fill: colour.muted,
          })
        : null,
      Plot.dot(
        data.rows.filter((r) => r.before !== undefined),
        { x: 'before', y: 'name', r: 4.5, stroke: colour.muted, strokeWidth: 1.5 },
      ),
      Plot.link(data.rows, {
        x1: 'low',
        x2: 'high',
        y: 'name',
        stroke: data.bars ? colour.ink : of,
        strokeWidth: data.bars ? 1.5 : 2.5,
      }),
      data.bars ? null : Plot.dot(data.rows, { x: 'value', y: 'name', r: 4.5, fill: of }),
      data.bars
        ? Plot.text(data.rows, {
            x: 'high',
            y: 'name',
            text: (r: IntervalRow) => r.value.toFixed(data.decimals ?? 2),
            textAnchor: 'start',
            dx: 6,
          })
        : null,
    ],
  });
  const summary = summarise(data);
  return {
    element: describe(element, summary),
    summary,
    table: [['name', 'value', 'low', 'high'], ...data.rows.map((r) => [r.name, r.value, r.low, r.high])],
  };
}
