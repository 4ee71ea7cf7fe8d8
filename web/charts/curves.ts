// Lines over one variable, with marked points, bands and labels at the lines' ends.

import * as Plot from '@observablehq/plot';
import { describe, digits, plotStyle, type Chart, type ChartSize } from './chart.js';
import { colour, narrow, seriesColour, strokeWidth } from './theme.js';

export interface CurvePoint {
  x: number;
  y: number;
  low?: number;
  high?: number;
}

export interface Curve {
  name: string;
  points: CurvePoint[];
  colour?: string;
  dash?: string;
  /** A point of the curve that matters, such as its minimum. */
  mark?: CurvePoint;
  /** Estimates drawn as dots with error bars beside the line. */
  dots?: CurvePoint[];
}

export interface CurveData {
  curves: Curve[];
  xLabel: string;
  /** Places of the ticks; chosen by the width when absent. */
  xTicks?: number[];
  yLabel: string;
  xDomain?: [number, number];
  yDomain?: [number, number];
  verticals?: { x: number; name: string }[];
  /** What the marked points are, for the text alternative. */
  markName?: string;
  /** Labels at the right ends of the lines; off where the page names the colours itself. */
  labels?: boolean;
}

interface Flat extends CurvePoint {
  name: string;
  colour: string;
}

const colourOf = (curve: Curve, index: number): string => curve.colour ?? seriesColour(index);

function summarise(data: CurveData): string {
  const parts = data.curves.map((curve) => {
    const first = curve.points[0];
    const last = curve.points.at(-1);
    const ends =
      first && last
        ? `from ${digits(first.y)} at ${digits(first.x)} to ${digits(last.y)} at ${digits(last.x)}`
        : 'no points yet';
    const mark = curve.mark
      ? `, ${data.markName ?? 'mark'} ${digits(curve.mark.y)} at ${digits(curve.mark.x)}`
      : '';
    return `${curve.name}: ${ends}${mark}`;
  });
  return `${data.yLabel} over ${data.xLabel}. ${parts.join('; ')}.`;
}

/** Ends of the lines, moved apart so that their labels do not overlap. */
function labelPositions(data: CurveData, domain: [number, number], height: number): Flat[] {
  const gap = ((domain[1] - domain[0]) / height) * 17;
  const ends = data.curves.flatMap((curve, i): Flat[] => {
    const last = curve.points.filter((p) => p.y >= domain[0] && p.y <= domain[1]).at(-1);
    return last ? [{ ...last, name: curve.name, colour: colourOf(curve, i) }] : [];
  });
  ends.sort((a, b) => a.y - b.y);
  for (let i = 1; i < ends.length; i++) {
    const [below, above] = [ends[i - 1], ends[i]];
    if (below && above && above.y - below.y < gap) above.y = below.y + gap;
  }
  return ends;
}

/** Draws the curves in the order given. */
export function curves(data: CurveData, size: ChartSize): Chart {
  const height = size.height ?? Math.min(420, Math.max(240, size.width * 0.5));
  const flat = data.curves.flatMap((c, i): Flat[] =>
    c.points.map((p) => ({ ...p, name: c.name, colour: colourOf(c, i) })),
  );
  const dots = data.curves.flatMap((c, i): Flat[] =>
    (c.dots ?? []).map((p) => ({ ...p, name: c.name, colour: colourOf(c, i) })),
  );
  const marks = data.curves.flatMap((c, i): Flat[] =>
    c.mark ? [{ ...c.mark, name: c.name, colour: colourOf(c, i) }] : [],
  );
  const ys = [...flat, ...dots].map((p) => p.y).filter(Number.isFinite);
  const domain = data.yDomain ?? [Math.min(...ys), Math.max(...ys)];
  const showLabels = data.labels !== false;
  const longest = Math.max(...data.curves.map((c) => c.name.length));
  const element = Plot.plot({
    width: size.width,
    height,
    marginLeft: 52,
    marginRight: showLabels ? Math.min(size.width * 0.34, 12 + longest * 7) : 16,
    marginBottom: 42,
    marginTop: 30,
    style: plotStyle(),
    clip: true,
    x: {
      label: data.xLabel,
      labelAnchor: 'center',
      labelArrow: 'none',
      ...(data.xDomain ? { domain: data.xDomain } : {}),
      ticks: data.xTicks ?? (size.width < narrow ? 4 : 8),
      ...(data.xTicks ? { tickFormat: String } : {}),
    },
    y: { label: data.yLabel, labelArrow: 'none', domain, grid: true, ticks: 5 },
    marks: [
      Plot.ruleX(data.verticals ?? [], { x: 'x', stroke: colour.muted, strokeDasharray: '4,3' }),
      Plot.text(data.verticals ?? [], {
        x: 'x',
        text: 'name',
        frameAnchor: 'top',
        dy: -12,
        fill: colour.muted,
        clip: false,
      }),
      ...data.curves.map((curve, i) =>
        Plot.areaY(
          curve.points.filter((p) => p.low !== undefined),
          { x: 'x', y1: 'low', y2: 'high', fill: colourOf(curve, i), fillOpacity: 0.16, clip: true },
        ),
      ),
      ...data.curves.map((curve, i) =>
        Plot.line(curve.points, {
          x: 'x',
          y: 'y',
          stroke: colourOf(curve, i),
          strokeWidth,
          clip: true,
          ...(curve.dash ? { strokeDasharray: curve.dash } : {}),
        }),
      ),
      Plot.link(
        dots.filter((d) => d.low !== undefined),
        { x: 'x', y1: 'low', y2: 'high', stroke: 'colour', strokeWidth: 1.5, clip: true },
      ),
      Plot.dot(dots, {
        x: 'x',
        y: 'y',
        r: 3,
        fill: colour.paper,
        stroke: 'colour',
        strokeWidth: 1.5,
        clip: true,
      }),
      Plot.dot(marks, { x: 'x', y: 'y', r: 5.5, fill: 'colour', stroke: colour.paper, strokeWidth: 1.5 }),
      showLabels
        ? Plot.text(labelPositions(data, domain, height - 72), {
            x: 'x',
            y: 'y',
            text: 'name',
            fill: 'colour',
            textAnchor: 'start',
            dx: 8,
            fontWeight: 600,
            clip: false,
          })
        : null,
    ],
  });
  const summary = summarise(data);
  return {
    element: describe(element, summary),
    summary,
    table: [
      ['series', 'x', 'y', 'low', 'high'],
      ...flat.map((p) => [p.name, p.x, p.y, p.low ?? '', p.high ?? '']),
      ...dots.map((p) => [`${p.name} (estimate)`, p.x, p.y, p.low ?? '', p.high ?? '']),
    ],
  };
}
