// ROC curves: hit rate over false alarm rate, in a square, with the diagonal of chance.

import * as Plot from '@observablehq/plot';
import { describe, fixed, plotStyle, type Chart, type ChartSize } from './chart.js';
import { colour, seriesColour } from './theme.js';

export interface RocCurve {
  name: string;
  fpr: ArrayLike<number>;
  tpr: ArrayLike<number>;
  /** Area under the curve. */
  area: number;
}

export interface RocData {
  curves: readonly RocCurve[];
}

export function roc(data: RocData, size: ChartSize): Chart {
  const points = data.curves.flatMap((curve, series) =>
    Array.from(curve.fpr, (x, i) => ({
      x,
      y: curve.tpr[i] ?? NaN,
      name: curve.name,
      colour: seriesColour(series),
    })),
  );
  const summary = `ROC curve; the diagonal is chance. ${data.curves
    .map((curve) => `${curve.name}: area ${fixed(curve.area, 3)}`)
    .join('; ')}.`;
  const plot = Plot.plot({
    width: size.width,
    height: size.height ?? size.width,
    marginLeft: 50,
    marginRight: 16,
    marginTop: 30,
    marginBottom: 40,
    style: plotStyle(),
    x: {
      domain: [0, 1],
      label: 'false alarm rate',
      labelAnchor: 'center',
      labelArrow: 'none',
      ticks: 5,
      grid: true,
    },
    y: { domain: [0, 1], label: 'hit rate', labelArrow: 'none', ticks: 5, grid: true },
    marks: [
      Plot.link([0], { x1: 0, y1: 0, x2: 1, y2: 1, stroke: colour.muted, strokeDasharray: '4,4' }),
      Plot.line(points, { x: 'x', y: 'y', z: 'name', stroke: 'colour', strokeWidth: 2.5 }),
    ],
  });
  plot.classList.add('chart');
  const table = [['curve', 'false_alarm_rate', 'hit_rate'], ...points.map(({ name, x, y }) => [name, x, y])];
  return { element: describe(plot, summary), summary, table };
}
