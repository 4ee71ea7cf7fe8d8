// How the page on deep probability estimation draws what model.ts and training.ts compute.

import { digits, fixed, type Cell, type Chart } from '../../charts/chart.js';
import { curves, type Curve } from '../../charts/curves.js';
import { Handle } from '../../charts/handle.js';
import { intervalGroups } from '../../charts/interval-groups.js';
import { probabilityHistogram } from '../../charts/probability-histogram.js';
import { scatter } from '../../charts/scatter.js';
import { bottomAxis, linear, path, svg, type Scale } from '../../charts/svg.js';
import { colour, seriesColour } from '../../charts/theme.js';
import { logit, metrics, type Bend, type Field, type Judged, type Metric, type Scenario } from './model.js';
import { arms, type Arm, type Standing, type TrainState } from './training.js';

export const metricNames: Record<Metric, string> = {
  brier: 'Brier score',
  logLoss: 'log loss',
  ece: 'ECE',
  mce: 'MCE',
  ks: 'KS error',
  auc: 'AUC',
};

export const armNames: Record<Arm, string> = {
  crossEntropy: 'cross entropy',
  capeBin: 'CaPE, bins',
  capeKernel: 'CaPE, kernel',
};
export const armColours: Record<Arm, string> = {
  crossEntropy: seriesColour(2),
  capeBin: seriesColour(0),
  capeKernel: seriesColour(1),
};
const armDashes: Record<Arm, string | undefined> = {
  crossEntropy: undefined,
  capeBin: '8,4',
  capeKernel: '2,4',
};

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** Where along x the two handles of a scenario sit: one that the slope does not move, if there is, and one it does. */
const handlePlaces: Record<Scenario, { offset: number; slope: number }> = {
  linear: { offset: 0.5, slope: 0.85 },
  sigmoid: { offset: 0.29, slope: 0.18 },
  skewed: { offset: 0.75, slope: 0.15 },
  centered: { offset: 0.45, slope: 0.9 },
  discrete: { offset: 0.5, slope: 0.9 },
};

export const limits = {
  slope: { min: 0, max: 3, step: 0.05 },
  offset: { min: -3, max: 3, step: 0.05 },
  noise: { min: 0, max: 2, step: 0.05 },
};

export interface Truth {
  scenario: Scenario;
  x: Float64Array;
  p: Float64Array;
}

/** The true probabilities, a model that one can bend by two handles, and the outcomes. */
export class TruthFigure {
  readonly element: SVGSVGElement;
  private readonly back = svg('g');
  private readonly offset: Handle;
  private readonly slope: Handle;
  private x: Scale = linear([0, 1], [0, 1]);
  private y: Scale = linear([0, 1], [1, 0]);
  private width = 0;
  private height = 0;
  private truth: Truth | undefined;
  private bend: Bend = { slope: 1, offset: 0, noise: 0 };

  constructor(onMove: (change: Partial<Bend>) => void) {
    this.element = svg('svg', {
      class: 'figure',
      role: 'group',
      'aria-label': 'True probabilities, a model and outcomes',
    });
    const height = (_: number, py: number): number =>
      logit(Math.min(0.999, Math.max(0.001, this.y.invert(py))));
    this.offset = new Handle(this.element, {
      label: 'Offset of the model',
      ...limits.offset,
      say: (value) => fixed(value, 2),
      fromPointer: (px, py) => height(px, py) - this.bend.slope * this.logitAt('offset'),
      onChange: (offset) => onMove({ offset }),
    });
    this.slope = new Handle(this.element, {
      label: 'Slope of the model',
      ...limits.slope,
      say: (value) => fixed(value, 2),
      fromPointer: (px, py) => (height(px, py) - this.bend.offset) / this.logitAt('slope'),
      onChange: (slope) => onMove({ slope }),
    });
    this.element.append(this.back, this.offset.group, this.slope.group);
  }

  /** Logit of the true probability where a handle sits. */
  private logitAt(which: 'offset' | 'slope'): number {
    if (!this.truth) return 1;
    const { scenario, x, p } = this.truth;
    const at = Math.round(handlePlaces[scenario][which] * (x.length - 1));
    return logit(p[at] ?? 0.5);
  }

  private resize(width: number): void {
    if (width === this.width) return;
    this.width = width;
    this.height = Math.min(430, Math.max(320, width * 0.66));
    this.x = linear([0, 1], [38, width - 12]);
    this.y = linear([0, 1], [this.height - 66, 52]);
    this.element.setAttribute('viewBox', `0 0 ${width} ${this.height}`);
  }

  draw(truth: Truth, bend: Bend, judged: Judged | undefined, width: number): void {
    this.truth = truth;
    this.bend = bend;
    this.resize(width);
    // Without slope also where the logit is infinite.
    const model = (p: number): number =>
      sigmoid(bend.slope === 0 ? bend.offset : bend.slope * logit(p) + bend.offset);
    const line = (of: (p: number) => number): string =>
      path(Array.from(truth.x, (x, i) => [this.x(x), this.y(of(truth.p[i] ?? 0.5))] as const));
    this.back.replaceChildren(
      ...this.axes(),
      ...this.rows(judged),
      // Wider than the model's line, to be seen where both agree.
      svg('path', { d: line((p) => p), fill: 'none', stroke: colour.truth, 'stroke-width': 5 }),
      svg('path', { d: line(model), fill: 'none', stroke: colour.forecast, 'stroke-width': 2.2 }),
    );
    this.place(this.offset, 'offset', bend.offset, model);
    this.place(this.slope, 'slope', bend.slope, model);
  }

  private place(
    handle: Handle,
    which: 'offset' | 'slope',
    value: number,
    model: (p: number) => number,
  ): void {
    const scenario = this.truth?.scenario ?? 'linear';
    const cx = this.x(handlePlaces[scenario][which]);
    const cy = this.y(model(sigmoid(this.logitAt(which))));
    // The name stands where the curve does not run, and not on the ticks of the outcomes.
    const falls = scenario === 'sigmoid';
    const above = cy > this.y(0.12);
    handle.set(value);
    handle.group.replaceChildren(
      svg('circle', { cx, cy, r: 18, fill: 'transparent' }),
      svg('circle', { cx, cy, r: 13, class: 'halo' }),
      svg('circle', { cx, cy, r: 8.5, fill: colour.forecast, class: 'grip' }),
      svg(
        'text',
        {
          x: cx + (falls !== above ? -13 : 13),
          y: cy + (above ? -12 : 21),
          'text-anchor': falls !== above ? 'end' : 'start',
          class: 'handle-name',
        },
        which,
      ),
    );
  }

  private axes(): SVGElement[] {
    const right = this.width - 12;
    const levels = [0, 0.25, 0.5, 0.75, 1];
    return [
      ...levels.flatMap((level) => [
        svg('line', { x1: 38, x2: right, y1: this.y(level), y2: this.y(level), class: 'rule' }),
        svg('text', { x: 32, y: this.y(level) + 4.5, 'text-anchor': 'end', class: 'tick' }, String(level)),
      ]),
      bottomAxis(this.x, this.y(0) + 18, { count: 5, label: 'x, in the paper age / 100' }),
      svg(
        'text',
        { x: 0, y: 14 },
        svg('tspan', { style: `fill:${colour.truth}`, 'font-weight': 600 }, 'true probability'),
        svg('tspan', { style: `fill:${colour.forecast}`, 'font-weight': 600, dx: 14 }, 'model'),
        svg('tspan', { class: 'note', dx: 14 }, 'outcomes'),
      ),
    ];
  }

  /** What the model says of some rows, and how they came out: ticks above for events, below for none. */
  private rows(judged: Judged | undefined): SVGElement[] {
    return (judged?.dots ?? []).flatMap(({ x, model, label }) => {
      const cx = this.x(x);
      const [y1, y2] = label ? [this.y(1) - 14, this.y(1) - 5] : [this.y(0) + 5, this.y(0) + 14];
      return [
        svg('line', { x1: cx, x2: cx, y1, y2, stroke: colour.ink, 'stroke-opacity': 0.55 }),
        svg('circle', { cx, cy: this.y(model), r: 1.9, fill: colour.forecast, 'fill-opacity': 0.55 }),
      ];
    });
  }
}

/** How often chance leaves the truth ahead, in words. */
export function preference(better: number, level: number, redraws: number): string {
  if (level === redraws) return 'always level';
  if (level === 0) return `${better} of ${redraws}`;
  return `${better} of ${redraws}, ${level} level`;
}

/** The text alternative and the numbers of figure one. */
export function judgedNumbers(bend: Bend, judged: Judged): Pick<Chart, 'summary' | 'table'> {
  const rows = judged.verdicts.map((v) => [v.metric, v.model, v.low, v.high, v.truth, v.better, v.level]);
  const said = judged.verdicts.map(
    (v) =>
      `${metricNames[v.metric]} ${digits(v.model)} (${digits(v.low)} to ${digits(v.high)}), ` +
      `truth ahead in ${preference(v.better, v.level, judged.redraws)}`,
  );
  return {
    summary:
      `Model with slope ${fixed(bend.slope, 2)}, offset ${fixed(bend.offset, 2)}, noise ${fixed(bend.noise, 2)}: ` +
      `hidden MSE_p ${digits(judged.mseP)}; ${said.join('; ')}.`,
    table: [
      ['metric', 'model', 'low', 'high', 'truth', 'redraws_with_truth_ahead', 'redraws_level'],
      ['mse_p', judged.mseP, '', '', 0, '', ''],
      ['kl_p', judged.klP, '', '', 0, '', ''],
      ...rows,
    ] satisfies Cell[][],
  };
}

/** One metric of the random models over their hidden error. */
export function metricScatter(field: Field, metric: Metric, width: number): Chart {
  const { value, low, high } = field.correlation[metric];
  return scatter(
    {
      points: field.mseP.map((x, i) => ({ x, y: field.scores[metric][i] ?? NaN })),
      xLabel: 'hidden error MSE(p)',
      yLabel: metricNames[metric],
      title: metricNames[metric],
      note: `rank correlation ${fixed(value, 2)} (${fixed(low, 2)} to ${fixed(high, 2)})`,
      columns: ['mse_p', metric],
    },
    { width },
  );
}

/** Rank correlation of every metric with the hidden error, in every scenario that is there. */
export function correlationChart(found: readonly Field[], chosen: Scenario, width: number): Chart {
  return intervalGroups(
    {
      rows: metrics.map((metric) => ({
        name: metricNames[metric],
        values: found.map((field) => ({ condition: field.scenario, ...field.correlation[metric] })),
      })),
      label: 'rank correlation with the hidden error',
      domain: [-1, 1],
      chosen,
      reference: 0,
    },
    { width },
  );
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Mean over the seeds and its standard error; no error from a single seed. */
export function meanText(values: readonly number[], decimals = 3): string {
  if (values.length === 0) return '\u2026';
  const centre = mean(values);
  if (values.length === 1) return fixed(centre, decimals);
  const spread = values.reduce((sum, v) => sum + (v - centre) ** 2, 0) / (values.length - 1);
  return `${fixed(centre, decimals)} \u00b1 ${fixed(Math.sqrt(spread / values.length), decimals)}`;
}

/** Hidden error over the steps, a line a seed and arm, from before the early stop on. */
export function trainingChart(runs: readonly TrainState[][], steps: number, width: number): Chart {
  const starts = runs.flatMap((run) => run[0] ?? []);
  const early = mean(starts.map((state) => state.early.mseP));
  const stopLine: Curve = {
    name: 'early stop, mean',
    colour: colour.muted,
    dash: '3,3',
    points: [
      { x: -60, y: early },
      { x: steps, y: early },
    ],
  };
  const before = starts.map((state, k): Curve => ({
    name: `before the stop, seed ${k + 1}`,
    colour: colour.muted,
    points: state.warmUp.steps.map((x, i) => ({ x, y: state.warmUp.mseP[i] ?? NaN })),
  }));
  const after = runs.flatMap((run, k) =>
    arms.map((arm): Curve => {
      const dash = armDashes[arm];
      const last = run.at(-1);
      const kept = last?.chosen[arm];
      return {
        name: `${armNames[arm]}, seed ${k + 1}`,
        colour: armColours[arm],
        ...(dash ? { dash } : {}),
        points: run.map((state) => ({ x: state.step, y: state.now[arm].mseP })),
        ...(kept && last.step === steps ? { mark: { x: kept.step, y: kept.mseP } } : {}),
      };
    }),
  );
  const highest = Math.max(0.09, ...after.flatMap((curve) => curve.points.map((p) => p.y)));
  return curves(
    {
      xLabel: 'steps after the early stop',
      yLabel: 'hidden error on new rows (lower is better)',
      xDomain: [-60, steps],
      yDomain: [0, highest * 1.05],
      labels: false,
      markName: 'least validation loss',
      verticals: [{ x: 0, name: 'early stop' }],
      curves: [stopLine, ...before, ...after],
    },
    { width },
  );
}

/** Probabilities on new rows of the early-stopped model or of one arm, above those of the truth. */
export function collapseChart(state: TrainState, arm: Arm | 'early', width: number): Chart {
  const all: Standing[] = [state.early, ...arms.map((a) => state.now[a])];
  const highest = Math.max(...all.flatMap((s) => s.histogram), ...state.truth.histogram);
  return probabilityHistogram(
    {
      shares: arm === 'early' ? state.early.histogram : state.now[arm].histogram,
      truth: state.truth.histogram,
      title: arm === 'early' ? 'early stop' : armNames[arm],
      fill: arm === 'early' ? colour.muted : armColours[arm],
      maxShare: highest * 1.08,
    },
    { width },
  );
}
