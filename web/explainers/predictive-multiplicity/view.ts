// How the page on predictive multiplicity draws what model.ts computes.

import * as Plot from '@observablehq/plot';
import { describe, fixed, plotStyle, type Cell, type Chart } from '../../charts/chart.js';
import { Handle } from '../../charts/handle.js';
import { lineAcross, plane, type Plane } from '../../charts/plane.js';
import { path, svg } from '../../charts/svg.js';
import { colour, narrow } from '../../charts/theme.js';
import type { Patients } from './data.js';
import type { Coefficients } from './level-set.js';
import { deltaGrid, type Baseline, type Contest, type Discrepancy, type Ranges } from './model.js';

const lowest = colour.series[0];
const highest = colour.series[1];

export const percent = (p: number, decimals = 0): string => `${fixed(100 * p, decimals)}\u00a0%`;

const place = ({ predictors }: Patients, row: number): [number, number] => [
  predictors[2 * row] ?? 0,
  predictors[2 * row + 1] ?? 0,
];

/** One patient in words. */
export function sayPatient(patients: Patients, best: Baseline, row: number, rivals?: Contest): string {
  const risk = `best model ${percent(best.risk[row] ?? NaN)}`;
  const range =
    rivals?.row === row ? `, competing models ${percent(rivals.lower)} to ${percent(rivals.upper)}` : '';
  return `patient ${row + 1}, ${patients.malignant[row] ? 'malignant' : 'benign'}: ${risk}${range}`;
}

export interface Pick {
  /** The pointer rests near a patient, or left. */
  onHover: (row: number | undefined) => void;
  onPick: (row: number) => void;
}

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
    const dots = Array.from({ length: this.patients.count }, (_, row) => {
      const [px, py] = place(this.patients, row);
      const ill = this.patients.malignant[row] === 1;
      return svg('circle', {
        cx: x(px).toFixed(1),
        cy: y(py).toFixed(1),
        r: ill ? 3 : 2.6,
        fill: ill ? colour.truth : 'none',
        'fill-opacity': 0.75,
        stroke: ill ? 'none' : colour.muted,
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

/** The patients with their measurements and risks. */
export function patientsTable(patients: Patients, best: Baseline): Cell[][] {
  return [
    ['patient', 'radius_sd', 'texture_sd', 'malignant', 'risk_best_model'],
    ...Array.from({ length: patients.count }, (_, row) => [
      row + 1,
      ...place(patients, row),
      patients.malignant[row] ?? 0,
      best.risk[row] ?? NaN,
    ]),
  ];
}

/** The set of competing models as one sees it in the plane of their two weights. */
export function modelsChart(best: Baseline, rivals: Contest, width: number): Chart {
  const height = Math.min(520, Math.max(330, width * 0.92));
  const frame = plane({
    width,
    height,
    xDomain: [1.3, 7.7],
    yDomain: [-0.4, 2.6],
    xLabel: 'weight of the radius (log-odds a standard deviation)',
    yLabel: 'weight of the texture',
  });
  const at = ([, w1, w2]: Coefficients): [number, number] => [frame.x(w1), frame.y(w2)];
  const dot = (model: Coefficients, fill: string, r: number): SVGElement => {
    const [cx, cy] = at(model);
    return svg('circle', { cx, cy, r, fill, stroke: colour.paper, 'stroke-width': 1.5 });
  };
  const label = (model: Coefficients, fill: string, text: string, dy: number): SVGElement => {
    const [cx, cy] = at(model);
    return svg(
      'text',
      {
        x: cx,
        y: cy + dy,
        'text-anchor': 'middle',
        'font-weight': 600,
        style: `fill:${fill};paint-order:stroke;stroke:${colour.paper};stroke-width:4px`,
      },
      text,
    );
  };
  const { edge, ellipse } = rivals.outline;
  const below = rivals.lowest[2] < rivals.highest[2];
  const element = svg(
    'svg',
    { class: 'figure', viewBox: `0 0 ${width} ${height}` },
    frame.axes,
    svg('path', {
      d: path(edge.map(at)) + 'Z',
      fill: colour.ink,
      'fill-opacity': 0.07,
      stroke: colour.ink,
      'stroke-width': 2,
    }),
    svg('path', {
      d: path(ellipse.map(([w1, w2]): [number, number] => [frame.x(w1), frame.y(w2)])) + 'Z',
      fill: 'none',
      stroke: colour.muted,
      'stroke-width': 1,
      'stroke-dasharray': '3,3',
    }),
    ...rivals.others.map((model) => dot(model, colour.muted, 3.5)),
    dot(best.model, colour.forecast, 6),
    dot(rivals.lowest, lowest, 6),
    dot(rivals.highest, highest, 6),
    label(best.model, colour.forecast, 'best', -11),
    label(rivals.lowest, lowest, `says ${percent(rivals.lower)}`, below ? 20 : -11),
    label(rivals.highest, highest, `says ${percent(rivals.upper)}`, below ? -11 : 20),
  );
  const among = (k: 1 | 2): string => {
    const values = edge.map((model) => model[k]);
    return `${fixed(Math.min(...values), 2)} to ${fixed(Math.max(...values), 2)}`;
  };
  const summary =
    `Models whose mean log loss is at most ${rivals.epsilon} above the best: weight of the radius ${among(1)}, ` +
    `best ${fixed(best.model[1], 2)}; weight of the texture ${among(2)}, best ${fixed(best.model[2], 2)}.`;
  const row = (name: string, model: Coefficients): Cell[] => [name, ...model];
  return {
    element: describe(element, summary),
    summary,
    table: [
      ['model', 'intercept', 'weight_radius', 'weight_texture'],
      row('best', best.model),
      row('lowest', rivals.lowest),
      row('highest', rivals.highest),
      ...rivals.others.map((model) => row('other', model)),
      ...edge.map((model) => row('edge', model)),
    ],
  };
}

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
  private drawn:
    { viable: Ranges; width: number; x: (rank: number) => number; y: (p: number) => number } | undefined;
  private bars: Bar[] = [];

  constructor(
    private readonly best: Baseline,
    pick: Pick,
  ) {
    const rowAt = (event: MouseEvent): number | undefined => {
      const { drawn } = this;
      if (!drawn) return undefined;
      const px = event.clientX - this.element.getBoundingClientRect().left;
      const [first, last] = [drawn.x(1), drawn.x(best.order.length)];
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
    if (this.drawn?.viable !== viable || this.drawn.width !== width) this.drawBars(viable, width);
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
    const small = width < narrow;
    const strokeWidth = Math.max(0.7, (0.85 * (width - 60)) / Math.max(this.bars.length, 180));
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
        Plot.ruleX(this.bars, { x: 'rank', y1: 'lower', y2: 'risk', stroke: lowest, strokeWidth }),
        Plot.ruleX(this.bars, { x: 'rank', y1: 'risk', y2: 'upper', stroke: highest, strokeWidth }),
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
    this.drawn = { viable, width, x: scale('x'), y: scale('y') };
    plot.classList.add('chart');
    plot.setAttribute('aria-hidden', 'true');
    plot.append(this.mark);
    this.element.replaceChildren(plot);
  }

  private drawMark(selected: number, rivals: Contest | undefined): void {
    if (!this.drawn) return;
    const { x, y, width } = this.drawn;
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

export interface AmbiguityData {
  shares: number[];
  band: { low: number; high: number }[] | undefined;
  discrepancy: readonly Discrepancy[];
  context: { name: string; shares: number[] }[];
  delta: number;
}

interface Label {
  x: number;
  y: number;
  text: string;
  fill: string;
}

/** Where a falling curve passes a height: the place for its label, to the right of the line. */
function labelAt(text: string, fill: string, shares: readonly number[], height: number): Label {
  const k = Math.max(
    1,
    shares.findIndex((share) => share < height),
  );
  return { x: deltaGrid[k] ?? NaN, y: height, text, fill };
}

/** Shares of patients whose risk moves by at least delta: by some model each, and by one model for all at once. */
export function ambiguityChart(data: AmbiguityData, width: number): Chart {
  const { shares, band, context, delta } = data;
  const found = data.discrepancy;
  const small = width < narrow;
  const curve = (values: readonly number[]): { x: number; y: number }[] =>
    values.map((y, k) => ({ x: deltaGrid[k] ?? NaN, y }));
  const right = band?.map(({ high }) => high) ?? shares;
  // Steep curves crowd together near the axis: on a small screen only those that run apart have room for a label.
  const steep = (values: readonly number[]): boolean => (values[20] ?? 0) < 0.1;
  const labels = [
    ...context
      .filter(({ shares: values }) => !small || !steep(values))
      .map(({ name, shares: values }) => labelAt(name, colour.muted, values, steep(values) ? 0.07 : 0.55)),
    labelAt('ambiguity', colour.forecast, right, 0.3),
  ];
  const element = Plot.plot({
    width,
    height: small ? 300 : 400,
    marginLeft: 46,
    marginRight: 14,
    marginTop: 30,
    marginBottom: 42,
    style: plotStyle(),
    x: {
      label: 'move of a patient\u2019s risk, \u03b4',
      labelAnchor: 'center',
      labelArrow: 'none',
      domain: [0, 0.8],
      ticks: small ? 4 : 8,
    },
    y: {
      label: 'share of the patients',
      labelArrow: 'none',
      domain: [0, 1],
      ticks: 5,
      tickFormat: (p: number) => percent(p),
      grid: true,
    },
    marks: [
      Plot.ruleX([delta], { stroke: colour.muted, strokeDasharray: '4,3' }),
      Plot.text([delta], {
        x: (d: number) => d,
        frameAnchor: 'top',
        dy: -14,
        text: (d: number) => `\u03b4 = ${fixed(d, 2)}`,
        fill: colour.muted,
      }),
      ...context.map(({ shares: values }) =>
        Plot.line(curve(values), { x: 'x', y: 'y', stroke: colour.muted, strokeWidth: 1.5 }),
      ),
      Plot.areaY(
        (band ?? []).map((b, k) => ({ x: deltaGrid[k] ?? NaN, ...b })),
        { x: 'x', y1: 'low', y2: 'high', fill: colour.forecast, fillOpacity: 0.25 },
      ),
      Plot.line(curve(shares), { x: 'x', y: 'y', stroke: colour.forecast, strokeWidth: 2.5 }),
      Plot.line(found, {
        x: 'delta',
        y: 'lower',
        stroke: colour.series[2],
        strokeWidth: 2,
        strokeDasharray: '6,4',
      }),
      Plot.dot(found, { x: 'delta', y: 'lower', r: 3.5, fill: colour.series[2] }),
      Plot.text(labels, {
        x: 'x',
        y: 'y',
        text: 'text',
        fill: 'fill',
        textAnchor: 'start',
        dx: 8,
        fontWeight: 600,
        stroke: colour.paper,
        strokeWidth: 4,
      }),
    ],
  });
  const at = Math.round(delta * 100);
  const summary =
    `At a move of ${fixed(delta, 2)}: ambiguity ${percent(shares[at] ?? NaN)}` +
    (band ? `, 90 % interval ${percent(band[at]?.low ?? NaN)} to ${percent(band[at]?.high ?? NaN)}` : '') +
    found
      .map((p) => `; discrepancy at ${p.delta} at least ${percent(p.lower)}, at most ${percent(p.upper)}`)
      .join('') +
    '.';
  return {
    element: describe(element, summary),
    summary,
    table: [
      ['series', 'delta', 'share', 'low', 'high'],
      ...shares.map((y, k) => [
        'ambiguity',
        deltaGrid[k] ?? NaN,
        y,
        band?.[k]?.low ?? '',
        band?.[k]?.high ?? '',
      ]),
      ...found.map((p) => ['discrepancy', p.delta, '', p.lower, p.upper]),
      ...context.flatMap(({ name, shares: values }) =>
        values.map((y, k) => [name, deltaGrid[k] ?? NaN, y, '', '']),
      ),
    ],
  };
}
