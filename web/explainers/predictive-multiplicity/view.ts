// How the page on predictive multiplicity draws the set of models and the curves over delta.

import * as Plot from '@observablehq/plot';
import { describe, fixed, plotStyle, type Cell, type Chart } from '../../charts/chart.js';
import { plane } from '../../charts/plane.js';
import { path, svg } from '../../charts/svg.js';
import { colour, narrow } from '../../charts/theme.js';
import type { Coefficients } from './level-set.js';
import { deltaGrid, type Baseline, type Contest, type Discrepancy } from './model.js';
import { highest, lowest, percent } from './shared-view.js';

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
