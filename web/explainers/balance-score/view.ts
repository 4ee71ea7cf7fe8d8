// How the Balance page draws what model.ts computes.

import { bars } from '../../charts/bars.js';
import { boxes, type BoxRow } from '../../charts/boxes.js';
import { digits, fixed, grouped, type Chart } from '../../charts/chart.js';
import { curves } from '../../charts/curves.js';
import { Handle } from '../../charts/handle.js';
import { bottomAxis, linear, svg, type Scale } from '../../charts/svg.js';
import { colour, seriesColour } from '../../charts/theme.js';
import { bins, type BinsCurve, type Duel, type Experiment, type Judged, type Measures } from './model.js';
import { partCount, type Expected } from './world.js';

const balanceColour = seriesColour(0);
const eceColour = seriesColour(1);
const debiasedColour = seriesColour(2);
const rootColour = seriesColour(3);

/** A number with its sign. */
export function signedText(value: number, decimals: number): string {
  const text = fixed(value, decimals);
  return value > 0 && Number(value.toFixed(decimals)) !== 0 ? `+${text}` : text;
}

const balanceRow = (m: Measures, truth: number): BoxRow => ({
  name: '|Balance|',
  values: m.signed.map(Math.abs),
  colour: balanceColour,
  truth,
});
const eceRow = (m: Measures, truth: number): BoxRow => ({
  name: `ECE, ${bins} bins`,
  values: m.ece,
  colour: eceColour,
  truth,
});

/** An upper end for the axis that stays while samples come in. */
const upTo = (truth: number): number => Math.ceil((truth + 0.14) / 0.05) * 0.05;

/** |Balance| and ECE over the size of the sample. */
export function sizesChart({ measures, expected }: Experiment, width: number): Chart {
  const { trueError } = expected;
  return boxes(
    {
      label: 'calibration error',
      truthName: 'true error',
      domain: [0, upTo(trueError)],
      groups: measures.map((m) => ({
        name: `n = ${grouped(m.n)}`,
        rows: [balanceRow(m, trueError), eceRow(m, trueError)],
      })),
    },
    { width },
  );
}

/** Every measure at one size. */
export function measuresChart({ measures, expected }: Experiment, width: number): Chart | undefined {
  const m = measures[0];
  if (!m) return undefined;
  const { trueError, rootMeanSquare } = expected;
  return boxes(
    {
      label: 'calibration error',
      truthName: 'true value',
      domain: [Math.min(0, ...m.debiasedL1), upTo(trueError)],
      groups: [
        {
          name: `mean error, n = ${grouped(m.n)}`,
          rows: [
            balanceRow(m, trueError),
            eceRow(m, trueError),
            { name: 'ECE, debiased', values: m.debiasedL1, colour: debiasedColour, truth: trueError },
          ],
        },
        {
          name: `root mean square error, n = ${grouped(m.n)}`,
          rows: [{ name: 'l2, debiased', values: m.debiasedL2, colour: rootColour, truth: rootMeanSquare }],
        },
      ],
    },
    { width },
  );
}

/** What each interval of forecasts adds to the expected Balance. */
export function partsChart({ parts }: Expected, width: number): Chart {
  const most = Math.max(0.006, ...parts.map(Math.abs)) * 1.08;
  return bars(
    {
      xLabel: 'forecast p',
      yLabel: 'part of Balance, for each 0.05 of p',
      yDomain: [-most, most],
      fill: balanceColour,
      verticals: [{ x: 0.5, name: '\u00bd' }],
      bars: Array.from(parts, (value, k) => ({
        from: k / partCount,
        to: (k + 1) / partCount,
        value: Math.abs(value) < 1e-12 ? 0 : value,
      })),
    },
    { width, height: 308 },
  );
}

/** |Balance| and ECE of the honest and of the shifted forecast. */
export function duelChart({ honest, shifted, expected }: Duel, width: number): Chart {
  const { trueError } = expected;
  return boxes(
    {
      label: 'calibration error',
      truthName: 'true error',
      domain: [0, upTo(trueError)],
      groups: [
        { name: 'honest forecast', rows: [balanceRow(honest, 0), eceRow(honest, 0)] },
        {
          name: 'shifted forecast',
          rows: [balanceRow(shifted, trueError), eceRow(shifted, trueError)],
        },
      ],
    },
    { width },
  );
}

/** Calibration error of the more probable outcome over the number of bins. */
export function binsChart(all: BinsCurve[], expected: Expected, width: number): Chart {
  const last = all[0]?.points.at(-1)?.bins ?? 1;
  const dashes = ['2,4', '8,4', undefined];
  return curves(
    {
      xLabel: 'bins between confidence \u00bd and 1',
      yLabel: 'mean calibration error',
      xDomain: [0, last],
      yDomain: [0, Math.max(0.02, ...all.flatMap((c) => c.points.map((p) => p.mean))) * 1.06],
      curves: [
        ...all.map((c, i) => {
          const dash = dashes[i];
          const points = c.points.map((p) => ({
            x: p.bins,
            y: p.mean,
            low: p.mean - 1.96 * p.standardError,
            high: p.mean + 1.96 * p.standardError,
          }));
          return {
            name: `n = ${grouped(c.n)}`,
            colour: eceColour,
            ...(dash ? { dash } : {}),
            points,
          };
        }),
        {
          name: '|Balance|',
          colour: balanceColour,
          points: [],
          dots: all.map((c) => ({ x: 1, y: c.balance })),
        },
        {
          name: 'true error',
          colour: colour.truth,
          points: [
            { x: 0, y: expected.topLabelError },
            { x: last, y: expected.topLabelError },
          ],
        },
      ],
    },
    { width, height: 340 },
  );
}

export interface Forecast {
  p: number;
  happened: boolean;
}

/** Words for what one forecast adds. */
export function caseOf({ p, happened }: Forecast): string {
  const right = p >= 0.5 === happened;
  return right ? `right side of \u00bd` : `wrong side of \u00bd`;
}

const rowHeight = 78;
const top = 34;

/** Forecasts that one drags and outcomes that one flips; the length between them is what the score adds. */
export class CasesFigure {
  readonly element: SVGSVGElement;
  private readonly back = svg('g', { 'aria-hidden': 'true' });
  private readonly handles: Handle[];
  private readonly switches: SVGGElement[];
  private x: Scale = linear([0, 1], [0, 1]);
  private readonly height: number;

  constructor(
    count: number,
    onMove: (index: number, p: number) => void,
    private readonly onFlip: (index: number) => void,
  ) {
    this.height = top + count * rowHeight + 44;
    this.element = svg('svg', {
      class: 'figure',
      role: 'group',
      'aria-label': 'Four forecasts and their outcomes',
    });
    this.handles = Array.from(
      { length: count },
      (_, i) =>
        new Handle(this.element, {
          label: `Forecast ${i + 1}`,
          min: 0,
          max: 1,
          step: 0.01,
          say: (value) => fixed(value, 2),
          fromPointer: (px) => this.x.invert(px),
          onChange: (value) => onMove(i, value),
        }),
    );
    this.switches = Array.from({ length: count }, (_, i) => this.outcomeSwitch(i));
    this.element.append(this.back);
    this.handles.forEach((handle, i) => {
      const flip = this.switches[i];
      if (flip) this.element.append(flip, handle.group);
    });
  }

  draw(forecasts: Forecast[], judged: Judged, width: number): void {
    this.x = linear([0, 1], [22, width - 22]);
    this.element.setAttribute('viewBox', `0 0 ${width} ${this.height}`);
    const base = this.height - 36;
    const half = this.x(0.5);
    this.back.replaceChildren(
      svg('line', { x1: half, x2: half, y1: 20, y2: base, class: 'rule', 'stroke-dasharray': '4,3' }),
      svg(
        'text',
        { x: half, y: 14, 'text-anchor': 'middle', class: 'note' },
        'called \u201cno\u201d | called \u201cyes\u201d',
      ),
      ...forecasts.flatMap((forecast, i) => this.row(forecast, judged.gains[i] ?? 0, i)),
      bottomAxis(this.x, base, { count: 5, label: 'probability' }),
    );
    forecasts.forEach((forecast, i) => this.place(forecast, i));
  }

  private line(index: number): number {
    return top + index * rowHeight + 44;
  }

  private row({ p, happened }: Forecast, gain: number, index: number): SVGElement[] {
    const y = this.line(index);
    const [from, to] = [this.x(Math.min(p, happened ? 1 : 0)), this.x(Math.max(p, happened ? 1 : 0))];
    const said = `p = ${fixed(p, 2)}, ${happened ? 'happened' : 'did not happen'}: `;
    const text = svg('text', { x: this.x(0) - 5, y: y - 24 }, said);
    const amount = svg('tspan', { style: `fill:${balanceColour}`, 'font-weight': 600 });
    amount.textContent = signedText(gain, 2);
    text.append(amount);
    return [
      text,
      svg('line', { x1: this.x(0), x2: this.x(1), y1: y, y2: y, class: 'rule' }),
      svg('rect', {
        x: from,
        y: y - 5,
        width: Math.max(0, to - from),
        height: 10,
        fill: gain > 0 ? balanceColour : colour.paper,
        stroke: balanceColour,
        'stroke-width': 1.5,
      }),
    ];
  }

  private place({ p, happened }: Forecast, index: number): void {
    const y = this.line(index);
    const handle = this.handles[index];
    handle?.set(p);
    handle?.group.replaceChildren(
      svg('circle', { cx: this.x(p), cy: y, r: 18, fill: 'transparent' }),
      svg('circle', { cx: this.x(p), cy: y, r: 13, class: 'halo' }),
      svg('circle', { cx: this.x(p), cy: y, r: 8.5, fill: colour.forecast, class: 'grip' }),
    );
    const flip = this.switches[index];
    const at = this.x(happened ? 1 : 0);
    flip?.setAttribute('aria-checked', String(happened));
    flip?.replaceChildren(
      svg('rect', { x: this.x(0) - 20, y: y - 18, width: 40, height: 36, fill: 'transparent' }),
      svg('rect', { x: this.x(1) - 20, y: y - 18, width: 40, height: 36, fill: 'transparent' }),
      svg('circle', { cx: this.x(happened ? 0 : 1), cy: y, r: 4, fill: colour.paper, stroke: colour.muted }),
      svg('rect', { x: at - 12, y: y - 18, width: 24, height: 36, rx: 3, class: 'halo' }),
      svg('rect', { x: at - 4.5, y: y - 13, width: 9, height: 26, fill: colour.truth, class: 'grip' }),
    );
  }

  private outcomeSwitch(index: number): SVGGElement {
    const group = svg('g', {
      class: 'handle',
      style: 'cursor:pointer',
      role: 'switch',
      tabindex: 0,
      'aria-label': `Event ${index + 1} happened`,
    });
    group.addEventListener('click', () => this.onFlip(index));
    group.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      this.onFlip(index);
    });
    return group;
  }
}

/** Text alternative of the four cases. */
export function casesSummary(forecasts: Forecast[], judged: Judged): string {
  const each = forecasts.map(
    (f, i) =>
      `${fixed(f.p, 2)} ${f.happened ? 'happened' : 'did not happen'}, ${caseOf(f)}: ${signedText(judged.gains[i] ?? 0, 2)}`,
  );
  return `${each.join('; ')}. Balance ${digits(judged.signed)}.`;
}
