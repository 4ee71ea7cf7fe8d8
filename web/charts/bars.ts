// Signed amounts over intervals of one variable as bars: full ones add, hollow ones take away.

import * as Plot from '@observablehq/plot';
import { describe, digits, plotStyle, type Chart, type ChartSize } from './chart.js';
import { colour, narrow } from './theme.js';

export interface Bar {
  from: number;
  to: number;
  value: number;
}

export interface BarData {
  bars: Bar[];
  xLabel: string;
  yLabel: string;
  yDomain?: [number, number];
  fill?: string;
  verticals?: { x: number; name: string }[];
}

function summarise(data: BarData): string {
  const sum = (keep: (value: number) => boolean): number =>
    data.bars.reduce((total, bar) => total + (keep(bar.value) ? bar.value : 0), 0);
  return (
    `${data.yLabel} over ${data.xLabel}: positive bars sum to ${digits(sum((v) => v > 0))}, ` +
    `negative bars to ${digits(sum((v) => v < 0))}, together ${digits(sum(() => true))}.`
  );
}

/** Draws the bars from the zero line. */
export function bars(data: BarData, size: ChartSize): Chart {
  const fill = data.fill ?? colour.series[0];
  const values = data.bars.map((b) => b.value);
  const element = Plot.plot({
    width: size.width,
    height: size.height ?? Math.min(320, Math.max(220, size.width * 0.5)),
    marginLeft: 58,
    marginRight: 12,
    marginTop: 44,
    marginBottom: 42,
    style: plotStyle(),
    x: {
      label: data.xLabel,
      labelAnchor: 'center',
      labelArrow: 'none',
      domain: [data.bars[0]?.from ?? 0, data.bars.at(-1)?.to ?? 1],
      ticks: size.width < narrow ? 4 : 8,
    },
    y: {
      label: data.yLabel,
      labelArrow: 'none',
      labelOffset: 42,
      grid: true,
      ticks: 5,
      domain: data.yDomain ?? [Math.min(0, ...values), Math.max(0, ...values)],
    },
    marks: [
      Plot.ruleX(data.verticals ?? [], { x: 'x', stroke: colour.muted, strokeDasharray: '4,3' }),
      Plot.text(data.verticals ?? [], {
        x: 'x',
        text: 'name',
        frameAnchor: 'top',
        dy: -12,
        fill: colour.muted,
      }),
      Plot.rectY(data.bars, {
        x1: 'from',
        x2: 'to',
        y: 'value',
        fill: (b: Bar) => (b.value > 0 ? fill : colour.paper),
        stroke: fill,
        strokeWidth: 1,
        insetLeft: 0.5,
        insetRight: 0.5,
        clip: true,
      }),
      Plot.ruleY([0], { stroke: colour.ink }),
    ],
  });
  const summary = summarise(data);
  return {
    element: describe(element, summary),
    summary,
    table: [['from', 'to', 'value'], ...data.bars.map((b) => [b.from, b.to, b.value])],
  };
}
