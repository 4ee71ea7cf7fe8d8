// Figure 2: all patients with their viable ranges.

import * as Plot from '@observablehq/plot';
import { describe, fixed, plotStyle, type Chart } from '../../charts/chart.js';
import { svg } from '../../charts/svg.js';
import { colour, narrow } from '../../charts/theme.js';
import type { Baseline, Contest, Ranges } from './model.js';
import { highest, lowest, percent, type Pick } from './shared-view.js';

interface Bar {
  rank: number;
  row: number;
  risk: number;
  lower: number;
  upper: number;
}

/** All patients by the best model's risk, each with the range of risks of competing models. */
export class RangesFigure {
  readonly element: HTMLElement = document.createElement('div');
  private readonly mark = svg('g', { 'aria-hidden': 'true' });
  /** One path for all bars of a side: elements of their own would make every redraw slow. */
  private readonly below = svg('path', { fill: 'none', stroke: lowest });
  private readonly above = svg('path', { fill: 'none', stroke: highest });
  private frame: { width: number; x: (rank: number) => number; y: (p: number) => number } | undefined;
  private viable: Ranges | undefined;
  private bars: Bar[] = [];

  constructor(
    private readonly best: Baseline,
    pick: Pick,
  ) {
    const rowAt = (event: MouseEvent): number | undefined => {
      const { frame } = this;
      if (!frame) return undefined;
      const px = event.clientX - this.element.getBoundingClientRect().left;
      const [first, last] = [frame.x(1), frame.x(best.order.length)];
      const rank = 1 + Math.round(((px - first) / (last - first)) * (best.order.length - 1));
      return best.order[Math.min(best.order.length, Math.max(1, rank)) - 1];
    };
    this.element.addEventListener('pointermove', (event) => {
      if (event.pointerType === 'mouse') pick.onHover(rowAt(event));
    });
    this.element.addEventListener('pointerleave', () => pick.onHover(undefined));
    this.element.addEventListener('click', (event) => {
      const row = rowAt(event);
      if (row !== undefined) pick.onPick(row);
    });
  }

  /** Draws the bars where they are new, and marks the patient with its range when that is known. */
  draw(viable: Ranges, selected: number, rivals: Contest | undefined, width: number): Chart {
    if (this.viable !== viable || this.frame?.width !== width) this.drawBars(viable, width);
    this.drawMark(selected, rivals);
    const widths = this.bars.map((bar) => bar.upper - bar.lower);
    const mean = widths.reduce((a, b) => a + b, 0) / widths.length;
    const summary =
      `Viable ranges of ${this.bars.length} patients at epsilon ${viable.epsilon}: mean width ${fixed(mean, 3)}, ` +
      `largest ${fixed(Math.max(...widths), 3)}.`;
    return {
      element: describe(this.element, summary),
      summary,
      table: [
        ['patient', 'risk_best_model', 'lower', 'upper'],
        ...this.bars.map((bar) => [bar.row + 1, bar.risk, bar.lower, bar.upper]),
      ],
    };
  }

  private drawBars(viable: Ranges, width: number): void {
    this.viable = viable;
    const { x, y } = this.frame?.width === width ? this.frame : this.drawFrame(width);
    const { best } = this;
    const rank = new Map(best.order.map((row, k) => [row, k + 1]));
    this.bars = viable.rows.map((row, k): Bar => ({
      rank: rank.get(row) ?? 0,
      row,
      risk: best.risk[row] ?? NaN,
      lower: viable.lower[k] ?? NaN,
      upper: viable.upper[k] ?? NaN,
    }));
    this.bars.sort((a, b) => a.rank - b.rank);
    const strokeWidth = Math.max(0.7, (0.85 * (width - 60)) / Math.max(this.bars.length, 180));
    const between = (bar: Bar, from: number, to: number): string =>
      `M${x(bar.rank).toFixed(2)},${y(from).toFixed(2)}V${y(to).toFixed(2)}`;
    this.below.setAttribute('d', this.bars.map((bar) => between(bar, bar.lower, bar.risk)).join(''));
    this.above.setAttribute('d', this.bars.map((bar) => between(bar, bar.risk, bar.upper)).join(''));
    for (const path of [this.below, this.above]) path.setAttribute('stroke-width', strokeWidth.toFixed(2));
  }

  /** Axes and the line of the best model, which the bars do not change. */
  private drawFrame(width: number): NonNullable<RangesFigure['frame']> {
    const { best } = this;
    const small = width < narrow;
    const plot = Plot.plot({
      width,
      height: small ? 290 : 360,
      marginLeft: 46,
      marginRight: 12,
      marginTop: 26,
      marginBottom: 42,
      style: plotStyle(),
      x: {
        label: small
          ? 'patients by risk (best model)'
          : 'patients, from the least risk to the greatest (best model)',
        labelAnchor: 'center',
        labelArrow: 'none',
        domain: [0, best.order.length + 1],
        ticks: small ? 3 : 6,
      },
      y: {
        label: 'risk that the tumour is malignant',
        labelArrow: 'none',
        domain: [0, 1],
        ticks: 5,
        tickFormat: (p: number) => percent(p),
        grid: true,
      },
      marks: [
        Plot.line(best.order, {
          x: (_: number, k: number) => k + 1,
          y: (row: number) => best.risk[row] ?? NaN,
          stroke: colour.forecast,
          strokeWidth: 2.5,
        }),
      ],
    });
    const scale = (name: 'x' | 'y') => {
      const found = plot.scale(name);
      return (value: number): number => Number(found?.apply(value));
    };
    const frame = { width, x: scale('x'), y: scale('y') };
    this.frame = frame;
    plot.classList.add('chart');
    plot.setAttribute('aria-hidden', 'true');
    const line = plot.querySelector('[aria-label=line]');
    plot.append(this.below, this.above, ...(line ? [line] : []), this.mark);
    this.element.replaceChildren(plot);
    return frame;
  }

  private drawMark(selected: number, rivals: Contest | undefined): void {
    if (!this.frame) return;
    const { x, y, width } = this.frame;
    const rank = this.best.order.indexOf(selected) + 1;
    const risk = this.best.risk[selected] ?? NaN;
    const bar = this.bars.find((candidate) => candidate.row === selected);
    const range = rivals?.row === selected ? rivals : bar;
    const cx = x(rank);
    const leftward = cx > 130;
    this.mark.replaceChildren(
      ...(range
        ? [
            svg('line', {
              x1: cx,
              x2: cx,
              y1: y(range.lower),
              y2: y(range.upper),
              stroke: colour.ink,
              'stroke-width': 4,
            }),
          ]
        : []),
      svg('circle', {
        cx,
        cy: y(risk),
        r: 5,
        fill: colour.forecast,
        stroke: colour.paper,
        'stroke-width': 1.5,
      }),
      svg(
        'text',
        {
          x: cx + (leftward ? -9 : 9),
          y: y(range?.upper ?? risk) + 10,
          'text-anchor': leftward ? 'end' : 'start',
          'font-weight': 650,
          fill: colour.ink,
          style: `paint-order:stroke;stroke:${colour.paper};stroke-width:4px`,
        },
        `patient ${selected + 1}`,
      ),
    );
  }
}
