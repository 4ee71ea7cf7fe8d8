// The landing page's instrument: a normal forecast and an outcome, both draggable, and the three scores drawn as
// the area, the length and the square that they are.

import { Handle } from '../charts/handle.js';
import { area, bottomAxis, linear, path, svg, type Scale } from '../charts/svg.js';
import { fixed } from '../charts/chart.js';
import { colour, narrow } from '../charts/theme.js';

/** What the visitor moves; temperatures in degrees Celsius. */
export interface Situation {
  mean: number;
  spread: number;
  outcome: number;
  threshold: number;
}

/** What the worker computes for it. */
export interface Judgement {
  crps: number;
  logScore: number;
  brier: number;
  /** Forecast probability that the outcome exceeds the threshold. */
  probability: number;
  /** Density, distribution function and minus log density at `grid`. */
  density: Float64Array;
  cdf: Float64Array;
  minusLogDensity: Float64Array;
}

export const domain: readonly [number, number] = [5, 31];
export const initial: Situation = { mean: 17, spread: 1.9, outcome: 20.5, threshold: 19 };
export const spreadRange: readonly [number, number] = [1.2, 5];

/** Where the curves are evaluated. */
export const grid = Float64Array.from({ length: 261 }, (_, i) => domain[0] + i / 10);

const degrees = (value: number): string => `${fixed(value, 1)} \u00b0C`;

type Points = [number, number][];

function points(values: ArrayLike<number>, x: Scale, y: Scale, f = (v: number): number => v): Points {
  return Array.from(grid, (g, i): [number, number] => [x(g), y(f(values[i] ?? 0))]);
}

function grip(x: number, y: number, fill: string, r = 9): SVGElement[] {
  return [
    svg('circle', { cx: x, cy: y, r: 20, fill: 'transparent' }),
    svg('circle', { cx: x, cy: y, r: r + 5, class: 'halo' }),
    svg('circle', { cx: x, cy: y, r, fill, class: 'grip' }),
  ];
}

/** The density with its four handles. Kept alive while dragging: only its shapes are redrawn. */
export class DensityFigure {
  readonly element: SVGSVGElement;
  private readonly back = svg('g');
  private readonly handles: Record<keyof Situation, Handle>;
  private x: Scale = linear(domain, [0, 1]);
  private height = 0;
  private state: Situation = initial;
  private width = 0;

  constructor(private readonly onChange: (next: Situation) => void) {
    this.element = svg('svg', {
      class: 'figure',
      role: 'group',
      'aria-label': 'Forecast, outcome and threshold',
    });
    const make = (key: keyof Situation, label: string, range: readonly [number, number]): Handle =>
      new Handle(this.element, {
        label,
        min: range[0],
        max: range[1],
        step: 0.1,
        say: degrees,
        fromPointer: (px) =>
          key === 'spread' ? Math.abs(this.x.invert(px) - this.state.mean) : this.x.invert(px),
        onChange: (value) => this.onChange({ ...this.state, [key]: value }),
      });
    const inside: readonly [number, number] = [domain[0] + 1, domain[1] - 1];
    this.handles = {
      mean: make('mean', 'Mean of the forecast', inside),
      spread: make('spread', 'Standard deviation of the forecast', spreadRange),
      outcome: make('outcome', 'Outcome', inside),
      threshold: make('threshold', 'Threshold of the event', inside),
    };
    const { mean, spread, outcome, threshold } = this.handles;
    this.element.append(this.back, threshold.group, spread.group, mean.group, outcome.group);
  }

  draw(state: Situation, judgement: Judgement, width: number): void {
    this.state = state;
    if (width !== this.width) {
      this.width = width;
      this.height = Math.round(Math.min(620, Math.max(320, width * 0.9)));
      this.x = linear(domain, [8, width - 8]);
      this.element.setAttribute('viewBox', `0 0 ${width} ${this.height}`);
    }
    const base = this.height - 46;
    const y = linear([0, 0.34], [base, 64]);
    this.drawBack(state, judgement, y, base);
    this.drawHandles(state, y, base);
    for (const key of Object.keys(this.handles) as (keyof Situation)[]) this.handles[key].set(state[key]);
  }

  private drawBack(state: Situation, judgement: Judgement, y: Scale, base: number): void {
    const clipped = (v: number): number => Math.min(v, 0.5);
    const curve = points(judgement.density, this.x, y, clipped);
    const event = curve.filter((_, i) => (grid[i] ?? 0) >= state.threshold);
    const small = this.width < narrow;
    const beyond = `${fixed(100 * judgement.probability, 0)} % above ${degrees(state.threshold)}`;
    const atRight = this.x(state.threshold) < this.width * 0.62;
    this.back.replaceChildren(
      svg('path', { d: area(curve, base), fill: colour.forecast, 'fill-opacity': 0.1 }),
      svg('path', { d: area(event, base), fill: colour.forecast, 'fill-opacity': 0.22 }),
      svg('path', { d: path(curve), fill: 'none', stroke: colour.forecast, 'stroke-width': 2.5 }),
      bottomAxis(this.x, base, { label: 'temperature tomorrow at noon, \u00b0C', count: small ? 5 : 10 }),
      svg(
        'text',
        {
          x: this.x(state.threshold) + (atRight ? 12 : -12),
          y: 22,
          'text-anchor': atRight ? 'start' : 'end',
          class: 'note',
        },
        beyond,
      ),
    );
  }

  private drawHandles(state: Situation, y: Scale, base: number): void {
    const { mean, spread, outcome, threshold } = this.handles;
    const peak = 0.3989422804 / state.spread;
    const top = y(Math.min(peak, 0.5));
    const side = y(Math.min(peak * 0.60653066, 0.5));
    const [xm, xo, xt] = [this.x(state.mean), this.x(state.outcome), this.x(state.threshold)];
    const xs = this.x(state.mean + state.spread);
    threshold.group.replaceChildren(
      svg('line', {
        x1: xt,
        x2: xt,
        y1: 30,
        y2: base,
        stroke: colour.muted,
        'stroke-width': 1.5,
        'stroke-dasharray': '4,4',
      }),
      ...grip(xt, 30, colour.muted, 7),
    );
    mean.group.replaceChildren(
      svg('line', { x1: xm, x2: xm, y1: top, y2: base, stroke: colour.forecast, 'stroke-width': 1 }),
      ...grip(xm, top, colour.forecast),
    );
    spread.group.replaceChildren(
      svg('line', { x1: xm, x2: xs, y1: side, y2: side, stroke: colour.forecast, 'stroke-width': 1 }),
      ...grip(xs, side, colour.forecast, 7),
    );
    outcome.group.replaceChildren(
      svg('line', { x1: xo, x2: xo, y1: 52, y2: base, stroke: colour.truth, 'stroke-width': 2.5 }),
      ...grip(xo, base, colour.truth),
    );
  }
}

/** CRPS: the area under the squared gap between the forecast's distribution function and the outcome's step. */
export function crpsPanel(state: Situation, judgement: Judgement, width: number): SVGSVGElement {
  const height = 150;
  const x = linear(domain, [4, width - 4]);
  const y = linear([0, 1], [height - 26, 10]);
  const gap = Array.from(grid, (g, i) => ((judgement.cdf[i] ?? 0) - (g >= state.outcome ? 1 : 0)) ** 2);
  const step: Points = [
    [x(domain[0]), y(0)],
    [x(state.outcome), y(0)],
    [x(state.outcome), y(1)],
    [x(domain[1]), y(1)],
  ];
  return svg(
    'svg',
    {
      class: 'figure',
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-label': `CRPS ${fixed(judgement.crps, 3)} degrees: the shaded area.`,
    },
    svg('path', { d: area(points(gap, x, y), y(0)), fill: colour.ink, 'fill-opacity': 0.28 }),
    svg('path', {
      d: path(points(judgement.cdf, x, y)),
      fill: 'none',
      stroke: colour.forecast,
      'stroke-width': 2,
    }),
    svg('path', { d: path(step), fill: 'none', stroke: colour.truth, 'stroke-width': 2 }),
    bottomAxis(x, y(0), { count: 5 }),
  );
}

/** Log score: the height of minus the log density above the outcome. */
export function logPanel(state: Situation, judgement: Judgement, width: number): SVGSVGElement {
  const height = 150;
  const most = 12;
  const x = linear(domain, [4, width - 4]);
  const y = linear([0, most], [height - 26, 10]);
  const capped = (v: number): number => Math.min(v, most);
  const end = y(capped(judgement.logScore));
  return svg(
    'svg',
    {
      class: 'figure',
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-label': `Log score ${fixed(judgement.logScore, 3)} nats: the length of the bar.`,
    },
    svg('path', {
      d: path(points(judgement.minusLogDensity, x, y, capped)),
      fill: 'none',
      stroke: colour.forecast,
      'stroke-width': 2,
    }),
    svg('line', {
      x1: x(state.outcome),
      x2: x(state.outcome),
      y1: y(0),
      y2: end,
      stroke: colour.ink,
      'stroke-width': 8,
      'stroke-opacity': 0.45,
    }),
    svg('circle', { cx: x(state.outcome), cy: end, r: 4.5, fill: colour.truth }),
    bottomAxis(x, y(0), { count: 5 }),
  );
}

/** Brier score of the event: the square on the distance between its probability and what happened. */
export function brierPanel(state: Situation, judgement: Judgement, width: number): SVGSVGElement {
  const height = 150;
  const side = height - 36;
  const left = Math.max(4, (width - side) / 2);
  const unit = linear([0, 1], [left, left + side]);
  const y = linear([0, 1], [height - 26, 10]);
  const happened = state.outcome > state.threshold ? 1 : 0;
  const [low, high] = [Math.min(happened, judgement.probability), Math.max(happened, judgement.probability)];
  const edge = unit(high) - unit(low);
  return svg(
    'svg',
    {
      class: 'figure',
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-label': `Brier score ${fixed(judgement.brier, 3)}: the area of the small square in the unit square.`,
    },
    svg('rect', { x: unit(0), y: y(1), width: side, height: side, fill: 'none', class: 'rule' }),
    svg('rect', {
      x: unit(low),
      y: y(0) - edge,
      width: edge,
      height: edge,
      fill: colour.ink,
      'fill-opacity': 0.28,
    }),
    svg('circle', { cx: unit(judgement.probability), cy: y(0), r: 5, fill: colour.forecast }),
    svg('circle', { cx: unit(happened), cy: y(0), r: 5, fill: colour.truth }),
    svg('text', { x: unit(0), y: height - 6, 'text-anchor': 'middle', class: 'tick' }, '0'),
    svg('text', { x: unit(1), y: height - 6, 'text-anchor': 'middle', class: 'tick' }, '1'),
    svg('text', { x: unit(0.5), y: height - 6, 'text-anchor': 'middle', class: 'tick' }, 'probability'),
  );
}
