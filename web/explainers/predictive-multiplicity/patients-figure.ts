// Figure 1, left: patients in the plane of their two measurements, and the lines of competing models.

import { fixed } from '../../charts/chart.js';
import { Handle } from '../../charts/handle.js';
import { lineAcross, plane, type Plane } from '../../charts/plane.js';
import { path, svg } from '../../charts/svg.js';
import { colour, narrow } from '../../charts/theme.js';
import type { Patients } from './data.js';
import type { Coefficients } from './level-set.js';
import type { Baseline, Contest } from './model.js';
import { highest, lowest, percent, place, sayPatient, type Pick } from './shared-view.js';

/** The patients in the plane of their two measurements, with the lines on which models say 50 %. */
export class PatientsFigure {
  readonly element: SVGSVGElement;
  private readonly still = svg('g');
  private readonly lines = svg('g', { 'aria-hidden': 'true' });
  private readonly handle: Handle;
  private readonly rank = new Map<number, number>();
  private frame: Plane | undefined;
  private width = 0;
  private height = 0;

  constructor(
    private readonly patients: Patients,
    private readonly best: Baseline,
    pick: Pick,
  ) {
    best.order.forEach((row, rank) => this.rank.set(row, rank));
    this.element = svg('svg', {
      class: 'figure',
      role: 'group',
      'aria-label': 'Patients by radius and texture, with the lines on which models say 50 %',
    });
    this.handle = new Handle(this.element, {
      label: 'Patient, in the order of the best model\u2019s risk',
      min: 0,
      max: patients.count - 1,
      step: 1,
      say: (rank) => sayPatient(patients, best, best.order[rank] ?? 0, this.shown),
      fromPointer: (px, py) => this.rank.get(this.nearest(px, py, Infinity) ?? 0) ?? 0,
      onChange: (rank) => pick.onPick(best.order[rank] ?? 0),
    });
    this.element.append(this.still, this.lines, this.handle.group);
    const rowAt = (event: MouseEvent): number | undefined => {
      const box = this.element.getBoundingClientRect();
      const scale = this.width / box.width;
      return this.nearest((event.clientX - box.left) * scale, (event.clientY - box.top) * scale, 16);
    };
    this.element.addEventListener('pointermove', (event) => {
      if (event.pointerType === 'mouse' && event.buttons === 0) pick.onHover(rowAt(event));
    });
    this.element.addEventListener('pointerleave', () => pick.onHover(undefined));
    this.element.addEventListener('click', (event) => {
      const row = rowAt(event);
      if (row !== undefined) pick.onPick(row);
    });
  }

  private shown: Contest | undefined;

  /** The patient drawn closest to a pixel, within some pixels. */
  private nearest(px: number, py: number, within: number): number | undefined {
    const { frame, patients } = this;
    if (!frame) return undefined;
    let found: number | undefined;
    let least = within * within;
    for (let row = 0; row < patients.count; row++) {
      const [x, y] = place(patients, row);
      const distance = (frame.x(x) - px) ** 2 + (frame.y(y) - py) ** 2;
      if (distance < least) [least, found] = [distance, row];
    }
    return found;
  }

  draw(selected: number, rivals: Contest | undefined, width: number): void {
    if (width !== this.width) this.resize(width);
    this.shown = rivals;
    this.drawLines(rivals);
    this.handle.set(this.rank.get(selected) ?? 0);
    this.handle.group.replaceChildren(...this.selection(selected, rivals));
  }

  private resize(width: number): void {
    this.width = width;
    this.height = Math.min(520, Math.max(330, width * 0.92));
    this.element.setAttribute('viewBox', `0 0 ${width} ${this.height}`);
    this.frame = plane({
      width,
      height: this.height,
      xDomain: [-2.4, 4.4],
      yDomain: [-2.6, 5],
      xLabel:
        width < narrow ? 'mean radius, in SD' : 'mean radius of the cell nuclei, in standard deviations',
      yLabel: 'mean texture, in standard deviations',
    });
    const { x, y, axes } = this.frame;
    // Two paths for all dots: 569 elements would slow every redraw of the lines above them.
    const dots = [0, 1].map((malignant) => {
      const r = malignant ? 3 : 2.6;
      const circles = Array.from(this.patients.malignant.keys())
        .filter((row) => this.patients.malignant[row] === malignant)
        .map((row) => {
          const [px, py] = place(this.patients, row);
          return `M${(x(px) - r).toFixed(1)},${y(py).toFixed(1)}a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0`;
        });
      return svg('path', {
        d: circles.join(''),
        fill: malignant ? colour.truth : 'none',
        'fill-opacity': 0.75,
        stroke: malignant ? 'none' : colour.muted,
        'stroke-width': 1,
      });
    });
    this.still.replaceChildren(axes, svg('g', { 'aria-hidden': 'true' }, ...dots));
  }

  private line(
    model: Coefficients,
    logit: number,
    attributes: Record<string, string | number>,
  ): SVGElement[] {
    const ends = this.frame && lineAcross(this.frame, model[0] - logit, model[1], model[2]);
    return ends ? [svg('path', { d: path(ends), fill: 'none', ...attributes })] : [];
  }

  private drawLines(rivals: Contest | undefined): void {
    const { model } = this.best;
    const shares = [0.1, 0.5, 0.9].map((p) => ({ p, logit: Math.log(p / (1 - p)) }));
    const labels = shares.flatMap(({ p, logit }) => {
      const top = this.frame && lineAcross(this.frame, model[0] - logit, model[1], model[2])?.[1];
      const text = this.width < narrow && p < 0.9 ? fixed(100 * p, 0) : percent(p);
      return top
        ? [
            svg(
              'text',
              { x: top[0], y: top[1] - 6, 'text-anchor': 'middle', style: `fill:${colour.forecast}` },
              text,
            ),
          ]
        : [];
    });
    this.lines.replaceChildren(
      ...(rivals?.others ?? []).flatMap((other) =>
        this.line(other, 0, { stroke: colour.muted, 'stroke-width': 1, 'stroke-opacity': 0.45 }),
      ),
      ...shares.flatMap(({ p, logit }) =>
        this.line(model, logit, {
          stroke: colour.forecast,
          'stroke-width': p === 0.5 ? 2.5 : 1.5,
          ...(p === 0.5 ? {} : { 'stroke-dasharray': '5,4' }),
        }),
      ),
      ...(rivals
        ? [
            ...this.line(rivals.lowest, 0, { stroke: lowest, 'stroke-width': 2.5 }),
            ...this.line(rivals.highest, 0, {
              stroke: highest,
              'stroke-width': 2.5,
            }),
          ]
        : []),
      ...labels,
    );
  }

  private selection(selected: number, rivals: Contest | undefined): SVGElement[] {
    const { frame } = this;
    if (!frame) return [];
    const [px, py] = place(this.patients, selected);
    const [cx, cy] = [frame.x(px), frame.y(py)];
    // The label stands on the outer side, away from the lines, where it fits.
    const fits = cx - 100 > frame.x(frame.x.domain[0]);
    const right = cx > this.width / 2 ? cx < this.width - 120 : !fits;
    const text = rivals?.row === selected ? `${percent(rivals.lower)} to ${percent(rivals.upper)}` : '';
    return [
      svg('circle', { cx, cy, r: 16, fill: 'transparent' }),
      svg('circle', { cx, cy, r: 13, class: 'halo' }),
      svg('circle', { cx, cy, r: 8, fill: 'none', stroke: colour.ink, 'stroke-width': 2.5 }),
      svg(
        'text',
        {
          x: cx + (right ? 15 : -15),
          y: cy + 5,
          'text-anchor': right ? 'start' : 'end',
          'font-weight': 650,
          style: `paint-order:stroke;stroke:${colour.paper};stroke-width:4px`,
        },
        text,
      ),
    ];
  }
}
