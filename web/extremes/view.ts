// How the page on extremes draws what model.ts computes.

import type { Chart } from '../charts/chart.js';
import { curves } from '../charts/curves.js';
import { colour, seriesColour } from '../charts/theme.js';
import type { Dilemma, Forecaster, OneCase, Rule } from './model.js';

const names: Record<Forecaster, string> = {
  honest: 'honest',
  alarmist: 'alarmist',
  climatologist: 'climatologist',
};
const order: readonly Forecaster[] = ['honest', 'alarmist', 'climatologist'];
const colours: Record<Forecaster, string> = {
  honest: colour.truth,
  alarmist: seriesColour(1),
  climatologist: seriesColour(2),
};

/** Grades relative to the honest forecaster over the threshold. */
export function dilemmaChart(found: Dilemma, rule: Rule, threshold: number, width: number): Chart {
  return curves(
    {
      xLabel: 'threshold',
      yLabel: 'mean score less that of the honest forecaster',
      verticals: [{ x: threshold, name: 'now' }],
      curves: order.map((forecaster) => ({
        name: names[forecaster],
        colour: colours[forecaster],
        ...(forecaster === 'honest' ? { dash: '2,3' } : {}),
        points: found[rule][forecaster].map((p) => ({
          x: p.threshold,
          y: p.difference,
          low: p.difference - 1.96 * p.standardError,
          high: p.difference + 1.96 * p.standardError,
        })),
      })),
    },
    { width },
  );
}

/** The integrand of the CRPS, and the part that the weighted score keeps. */
export function caseChart(found: OneCase, outcome: number, threshold: number, width: number): Chart {
  return curves(
    {
      xLabel: 'x',
      yLabel: 'squared distance of the distribution functions',
      yDomain: [0, 1],
      verticals: [
        { x: outcome, name: 'y' },
        { x: threshold, name: 't' },
      ],
      labels: false,
      curves: [
        { name: 'all of it: the CRPS', colour: colour.muted, dash: '3,3', points: found.points },
        {
          name: 'above the threshold: the weighted score',
          colour: colour.forecast,
          points: found.points.filter(({ x }) => x >= threshold),
        },
      ],
    },
    { width, height: Math.min(300, Math.max(220, width * 0.35)) },
  );
}
