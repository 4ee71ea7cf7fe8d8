// How the page on the equal error rate draws what model.ts computes.

import { boxes } from '../../charts/boxes.js';
import { fixed, grouped, type Chart } from '../../charts/chart.js';
import { det, type DetSymbol } from '../../charts/det.js';
import { Handle } from '../../charts/handle.js';
import { intervals } from '../../charts/intervals.js';
import { bottomAxis, linear, path, svg, type Scale } from '../../charts/svg.js';
import { colour, narrow, seriesColour } from '../../charts/theme.js';
import { methods, type Definitions, type Detection, type Frames, type Method, type Spread } from './model.js';

export const methodNames: Record<Method, string> = {
  interpolated: 'interpolated',
  nearest: 'nearest',
  convex_hull: 'convex hull',
};
const methodColours: Record<Method, string> = {
  interpolated: colour.ink,
  nearest: seriesColour(2),
  convex_hull: seriesColour(3),
};
const symbols: Record<Method, DetSymbol> = {
  interpolated: 'circle',
  nearest: 'square',
  convex_hull: 'diamond2',
};
const editedColour = seriesColour(0);
const genuineColour = seriesColour(1);

export const percent = (rate: number, decimals = 1): string => `${fixed(100 * rate, decimals)}\u00a0%`;

/** How many of some ascending values are below a threshold. */
export function below(sorted: Float64Array, threshold: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] ?? 0) < threshold) from = middle + 1;
    else to = middle;
  }
  return from;
}

export interface Errors {
  falseAlarms: number;
  misses: number;
}

/** Wrong calls when scores at or above the threshold are called edited. */
export function errorsAt({ editedScores, genuineScores }: Detection, threshold: number): Errors {
  return {
    falseAlarms: genuineScores.length - below(genuineScores, threshold),
    misses: below(editedScores, threshold),
  };
}

const histogramTop = 46;
const half = 116;
const base = histogramTop + half;
const ratesTop = base + half + 74;
const ratesBase = ratesTop + 150;
const figureHeight = ratesBase + 40;

/** Histograms of both classes, both error rates under them, and a threshold across that one drags. */
export class ThresholdFigure {
  readonly element: SVGSVGElement;
  private readonly back = svg('g', { 'aria-hidden': 'true' });
  private readonly handle: Handle;
  private x: Scale = linear([0, 1], [0, 1]);
  private width = 0;

  constructor(onMove: (threshold: number) => void) {
    this.element = svg('svg', {
      class: 'figure',
      role: 'group',
      'aria-label': 'Scores of genuine and edited recordings with a threshold',
    });
    this.handle = new Handle(this.element, {
      label: 'Threshold',
      min: 0,
      max: 1,
      step: 0.005,
      say: (value) => fixed(value, 3),
      fromPointer: (px) => this.x.invert(px),
      onChange: onMove,
    });
    this.element.append(this.back, this.handle.group);
  }

  draw(detection: Detection, threshold: number, width: number): void {
    this.width = width;
    this.x = linear([0, 1], [46, width - 18]);
    this.element.setAttribute('viewBox', `0 0 ${width} ${figureHeight}`);
    this.back.replaceChildren(
      ...this.histograms(detection, threshold),
      ...this.rates(detection, threshold),
      bottomAxis(this.x, ratesBase, { count: 5, label: 'score' }),
    );
    this.placeHandle(threshold);
  }

  private placeHandle(threshold: number): void {
    const x = this.x(threshold);
    const end = x > this.width * 0.6;
    this.handle.set(threshold);
    this.handle.group.replaceChildren(
      svg('line', { x1: x, x2: x, y1: 22, y2: ratesBase, stroke: 'transparent', 'stroke-width': 24 }),
      svg('line', { x1: x, x2: x, y1: 22, y2: ratesBase, stroke: colour.ink, 'stroke-width': 2 }),
      svg('circle', { cx: x, cy: base, r: 14, class: 'halo' }),
      svg('circle', { cx: x, cy: base, r: 9, fill: colour.ink, class: 'grip' }),
      svg(
        'text',
        { x: x + (end ? -8 : 8), y: 34, 'text-anchor': end ? 'end' : 'start', 'font-weight': 600 },
        `threshold ${fixed(threshold, 3)}`,
      ),
    );
  }

  private histograms(detection: Detection, threshold: number): SVGElement[] {
    const { editedScores, genuineScores } = detection;
    const count = this.width < narrow ? 24 : 40;
    const shares = [genuineScores, editedScores].map((scores) =>
      Array.from(
        { length: count },
        // The last bin holds scores of 1 too.
        (_, k) =>
          (below(scores, k === count - 1 ? 2 : (k + 1) / count) - below(scores, k / count)) / scores.length,
      ),
    );
    const most = Math.max(...shares.flat());
    const one = (
      scores: Float64Array,
      fill: string,
      direction: 1 | -1,
      isError: (from: number, to: number) => number,
    ): SVGElement[] =>
      Array.from({ length: count }, (_, k) => {
        const [from, to] = [k / count, k === count - 1 ? 2 : (k + 1) / count];
        const all = (below(scores, to) - below(scores, from)) / scores.length;
        const wrong = isError(from, to) / scores.length;
        const bar = (share: number, full: boolean): SVGElement => {
          const size = (share / most) * (half - 4);
          return svg('rect', {
            x: this.x(k / count) + 1,
            width: Math.max(1, this.x(1 / count) - this.x(0) - 2),
            y: direction < 0 ? base - size : base,
            height: size,
            fill: full ? fill : colour.paper,
            stroke: fill,
            'stroke-width': 1,
          });
        };
        return all > 0 ? [bar(all, false), ...(wrong > 0 ? [bar(wrong, true)] : [])] : [];
      }).flat();
    return [
      ...one(genuineScores, genuineColour, -1, (from, to) =>
        Math.max(0, below(genuineScores, to) - below(genuineScores, Math.max(from, threshold))),
      ),
      ...one(editedScores, editedColour, 1, (from, to) =>
        Math.max(0, below(editedScores, Math.min(to, threshold)) - below(editedScores, from)),
      ),
      svg('line', { x1: this.x(0), x2: this.x(1), y1: base, y2: base, stroke: colour.muted }),
      svg(
        'text',
        { x: 4, y: 14, style: `fill:${genuineColour}`, 'font-weight': 600 },
        `genuine, ${grouped(genuineScores.length)} recordings`,
      ),
      svg(
        'text',
        { x: 4, y: base + half + 16, style: `fill:${editedColour}`, 'font-weight': 600 },
        `edited, ${grouped(editedScores.length)} recordings`,
      ),
    ];
  }

  private rates(detection: Detection, shown: number): SVGElement[] {
    const { editedScores, genuineScores, rates, threshold, cost } = detection;
    const y = linear([0, 1], [ratesBase, ratesTop]);
    const pixels = Math.round(this.x(1) - this.x(0));
    const grid = Array.from({ length: pixels + 1 }, (_, i) => i / pixels);
    const line = (rate: (t: number) => number, stroke: string): SVGElement =>
      svg('path', {
        d: path(grid.map((t) => [this.x(t), y(rate(t))])),
        fill: 'none',
        stroke,
        'stroke-width': 2,
      });
    const ticks = [0, 0.5, 1].flatMap((v) => [
      svg('line', { x1: this.x(0), x2: this.x(1), y1: y(v), y2: y(v), class: 'rule' }),
      svg('text', { x: this.x(0) - 8, y: y(v) + 5, 'text-anchor': 'end', class: 'tick' }, `${100 * v} %`),
    ]);
    const at = Math.min(1, Math.max(0, threshold));
    const cheapest = Math.min(1, Math.max(0, cost.threshold));
    // The label stands on the side of the crossing that the threshold is not on, if there is room.
    const labelLeft = at > 0.7 || (at > 0.3 && shown >= at);
    const costAtEnd = cheapest > 0.75;
    return [
      ...ticks,
      line((t) => 1 - below(genuineScores, t) / genuineScores.length, genuineColour),
      line((t) => below(editedScores, t) / editedScores.length, editedColour),
      svg(
        'text',
        { x: this.x(0), y: ratesTop - 10, style: `fill:${genuineColour}`, 'font-weight': 600 },
        'false alarms',
      ),
      svg(
        'text',
        {
          x: this.x(1),
          y: ratesTop - 10,
          'text-anchor': 'end',
          style: `fill:${editedColour}`,
          'font-weight': 600,
        },
        'misses',
      ),
      svg('line', {
        x1: this.x(cheapest),
        x2: this.x(cheapest),
        y1: ratesTop,
        y2: ratesBase,
        stroke: colour.muted,
        'stroke-dasharray': '4,3',
      }),
      svg(
        'text',
        {
          x: this.x(cheapest) + (costAtEnd ? -6 : 6),
          y: ratesTop + 16,
          'text-anchor': costAtEnd ? 'end' : 'start',
          class: 'note',
        },
        'least cost',
      ),
      svg('circle', {
        cx: this.x(at),
        cy: y(rates.interpolated),
        r: 6,
        fill: colour.ink,
        stroke: colour.paper,
        'stroke-width': 1.5,
      }),
      svg(
        'text',
        {
          x: this.x(at) + (labelLeft ? -10 : 10),
          y: y(rates.interpolated) - 22,
          'text-anchor': labelLeft ? 'end' : 'start',
          'font-weight': 600,
          stroke: colour.paper,
          'stroke-width': 5,
          'paint-order': 'stroke',
        },
        `equal: ${percent(rates.interpolated)}`,
      ),
    ];
  }
}

/** The error curve with its hull and the three rates. */
export function definitionChart(d: Definitions, title: string, dots: boolean, width: number): Chart {
  return det(
    {
      title,
      ticks: d.ticks,
      lines: [
        { name: 'hull', points: d.hull, colour: methodColours.convex_hull, dash: '6,4' },
        { name: 'error curve', points: d.line, colour: colour.forecast },
        ...(dots ? [{ name: 'measured', points: d.points, colour: colour.forecast, dots: true }] : []),
      ],
      marks: methods.map((method) => ({
        name: methodNames[method],
        rate: d.rates[method],
        at: d.at[method],
        colour: methodColours[method],
        symbol: symbols[method],
        ...(method === 'nearest' ? { from: d.nearestFrom } : {}),
      })),
    },
    { width },
  );
}

/** Three rates over the number of trials. */
export function spreadChart({ sets, truth }: Spread, width: number): Chart {
  return boxes(
    {
      label: 'equal error rate',
      truthName: 'with endless trials',
      domain: [0, Math.max(0.2, Math.ceil(20 * (truth + 0.16)) / 20)],
      groups: sets.map(({ n, rates }) => ({
        name: `${grouped(n)} trials`,
        rows: methods.map((method) => ({
          name: methodNames[method],
          values: rates[method],
          colour: methodColours[method],
          truth,
        })),
      })),
    },
    { width },
  );
}

/** Both ways to count frames. */
export function framesChart({ pooled, alike }: Frames, width: number): Chart {
  const row = (
    name: string,
    value: Frames['pooled'],
  ): { name: string; value: number; low: number; high: number; colour: string } => ({
    name,
    value: 100 * value.rate,
    low: 100 * value.low,
    high: 100 * value.high,
    colour: colour.ink,
  });
  return intervals(
    {
      label: 'equal error rate of frames, %',
      domain: [0, Math.max(20, Math.ceil((100 * Math.max(pooled.high, alike.high)) / 5) * 5)],
      rows: [row('frames alike', pooled), row('recordings alike', alike)],
    },
    { width },
  );
}
