// How the score explorer draws what model.ts computes.

import { digits, fixed, type Chart } from '../charts/chart.js';
import { curves } from '../charts/curves.js';
import { Handle } from '../charts/handle.js';
import { area, bottomAxis, linear, path, svg, type Scale } from '../charts/svg.js';
import { colour, narrow, seriesColour } from '../charts/theme.js';
import type { Along, Point, ScoreName } from './model.js';

export const window_: readonly [number, number] = [-6, 6];

export const names: Record<ScoreName, string> = {
  crps: 'CRPS',
  log: 'log score',
  moments: 'Dawid\u2013Sebastiani',
  density: 'minus density',
};
const colours: Record<ScoreName, string> = {
  crps: seriesColour(0),
  log: seriesColour(1),
  moments: seriesColour(2),
  density: seriesColour(3),
};
const dashes: Partial<Record<ScoreName, string>> = { log: '8,4', moments: '2,4', density: '12,3,2,3' };
const withDash = (name: ScoreName): { dash?: string } => {
  const dash = dashes[name];
  return dash ? { dash } : {};
};

/** The density of the forecast with an outcome to drag, and which way CRPS and log score would move the forecast. */
export class ForecastFigure {
  readonly element: SVGSVGElement;
  private readonly back = svg('g');
  private readonly handle: Handle;
  private x: Scale = linear(window_, [0, 1]);
  private width = 0;
  private readonly base = 178;
  private readonly height = 300;

  constructor(onMove: (outcome: number) => void) {
    this.element = svg('svg', { class: 'figure', role: 'group', 'aria-label': 'A forecast and its outcome' });
    this.handle = new Handle(this.element, {
      label: 'Outcome',
      min: window_[0],
      max: window_[1],
      step: 0.05,
      say: (value) => fixed(value, 2),
      fromPointer: (px) => this.x.invert(px),
      onChange: onMove,
    });
    this.element.append(this.back, this.handle.group);
  }

  draw({ density, chosen }: Along, outcome: number, width: number): Chart {
    if (width !== this.width) {
      this.width = width;
      this.x = linear(window_, [22, width - 22]);
      this.element.setAttribute('viewBox', `0 0 ${width} ${this.height}`);
    }
    const top = Math.max(...density.map((p) => p.y), 0.2);
    const y = linear([0, top], [this.base, 26]);
    const line = density.map((p) => [this.x(p.x), y(p.y)] as const);
    const at = this.x(outcome);
    this.back.replaceChildren(
      svg('path', { d: area(line, this.base), fill: colour.forecast, 'fill-opacity': 0.14 }),
      svg('path', { d: path(line), fill: 'none', stroke: colour.forecast, 'stroke-width': 2.5 }),
      svg('line', { x1: at, x2: at, y1: 20, y2: this.base, stroke: colour.truth, 'stroke-width': 2 }),
      bottomAxis(this.x, this.base, { count: width < narrow ? 6 : 12 }),
      ...chosen.map(({ name, score, byPlace, byWidth }, i) =>
        svg(
          'text',
          { x: 4, y: this.base + 62 + i * 26, style: `fill:${colours[name]}`, 'font-weight': 600 },
          `${names[name]} ${digits(score)}` +
            (width < narrow ? '' : ': wants the forecast') +
            ` ${direction(byPlace, '\u2190 left', 'right \u2192', 'in place')}, ${direction(byWidth, 'narrower', 'wider', 'as wide')}`,
        ),
      ),
    );
    this.handle.set(outcome);
    this.handle.group.replaceChildren(
      svg('circle', { cx: at, cy: this.base, r: 20, fill: 'transparent' }),
      svg('circle', { cx: at, cy: this.base, r: 13, class: 'halo' }),
      svg('circle', { cx: at, cy: this.base, r: 8.5, fill: colour.truth, class: 'grip' }),
    );
    const said = chosen.map((s) => `${names[s.name]} ${digits(s.score)}`).join(', ');
    return {
      element: this.element,
      summary: `Outcome ${fixed(outcome, 2)}: ${said}.`,
      table: [
        ['score', 'value', 'by_place', 'by_width'],
        ...chosen.map((s) => [s.name, s.score, s.byPlace, s.byWidth]),
      ],
    };
  }
}

/** Which way the score falls: against its slope. */
function direction(slope: number, minus: string, plus: string, still: string): string {
  if (Math.abs(slope) < 1e-9) return still;
  return `${slope > 0 ? minus : plus} (${digits(Math.abs(slope), 2)})`;
}

/** Scores over the outcome. */
export function alongChart(
  result: Along,
  shown: readonly ScoreName[],
  outcome: number,
  width: number,
): Chart {
  return curves(
    {
      xLabel: 'outcome',
      yLabel: 'score (lower is better)',
      xDomain: [...window_],
      yDomain: [shown.includes('density') ? -1 : 0, 6],
      verticals: [{ x: outcome, name: 'outcome' }],
      curves: shown.map((name) => ({
        name: names[name],
        colour: colours[name],
        ...withDash(name),
        points: result.curves[name],
      })),
    },
    { width, height: 300 },
  );
}

/** Expected scores over the width of the forecast. */
export function expectedChart(
  found: Record<ScoreName, Point[]>,
  shown: readonly ScoreName[],
  width: number,
): Chart {
  return curves(
    {
      xLabel: 'width of the forecast / width of the truth',
      yLabel: 'expected score less that of the truth',
      markName: 'least',
      xDomain: [0.25, 3],
      yDomain: [shown.includes('density') ? -0.4 : 0, 0.8],
      verticals: [{ x: 1, name: 'the truth' }],
      curves: shown.map((name) => ({
        name: names[name],
        colour: colours[name],
        ...withDash(name),
        points: found[name],
        mark: found[name].reduce((least, p) => (p.y < least.y ? p : least)),
      })),
    },
    { width, height: 320 },
  );
}
