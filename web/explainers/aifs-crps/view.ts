// How the AIFS-CRPS page draws what model.ts computes.

import { fixed, type Chart } from '../../charts/chart.js';
import { curves } from '../../charts/curves.js';
import { Handle } from '../../charts/handle.js';
import { rankHistogram } from '../../charts/rank-histogram.js';
import { bottomAxis, linear, svg, type Scale } from '../../charts/svg.js';
import { colour, narrow, seriesColour } from '../../charts/theme.js';
import type { ForecasterState } from './forecaster.js';
import {
  estimators,
  expectedScore,
  kernelFactor,
  optimalRatio,
  type Estimator,
  type HeadsState,
  type LinearResult,
  type LinearState,
  type MemberScores,
  type ScorePoint,
} from './model.js';

export const names: Record<Estimator, string> = {
  standard: 'standard',
  fair: 'fair',
  almost_fair: 'almost fair',
};
const colours: Record<Estimator, string> = {
  standard: seriesColour(2),
  fair: seriesColour(1),
  almost_fair: seriesColour(0),
};
const dashes: Record<Estimator, string | undefined> = {
  standard: '2,4',
  fair: '8,4',
  almost_fair: undefined,
};

const withDash = (estimator: Estimator): { dash?: string } => {
  const dash = dashes[estimator];
  return dash ? { dash } : {};
};

const ratioGrid = Array.from({ length: 96 }, (_, i) => 0.1 + i * 0.02);

/** Expected score over the ratio of spreads with each minimum, beside simulated means. */
export function expectedChart(
  members: number,
  alpha: number,
  simulated: Record<Estimator, ScorePoint[]> | undefined,
  width: number,
): Chart {
  return curves(
    {
      xLabel: 'spread of the members / spread of the truth',
      yLabel: 'expected score (lower is better)',
      markName: 'least',
      xDomain: [0, 2],
      yDomain: [0.5, 1],
      verticals: [{ x: 1, name: 'right spread' }],
      curves: estimators.map((estimator) => {
        const factor = kernelFactor(estimator, members, alpha);
        const best = optimalRatio(factor);
        return {
          name: names[estimator],
          colour: colours[estimator],
          ...withDash(estimator),
          points: ratioGrid.map((x) => ({ x, y: expectedScore(x, factor) })),
          mark: { x: best, y: expectedScore(best, factor) },
          dots: (simulated?.[estimator] ?? []).map((p) => ({
            x: p.ratio,
            y: p.mean,
            low: p.mean - 1.96 * p.standardError,
            high: p.mean + 1.96 * p.standardError,
          })),
        };
      }),
    },
    { width },
  );
}

/** The three scores while one member wanders along the axis. */
export function wanderChart(scores: MemberScores[], positions: number[], at: number, width: number): Chart {
  return curves(
    {
      xLabel: 'where the chosen member stands',
      yLabel: 'score',
      xDomain: [-4, 4],
      verticals: [{ x: at, name: 'now' }],
      curves: scores.map(({ estimator, alongPositions }) => ({
        name: names[estimator],
        colour: colours[estimator],
        ...withDash(estimator),
        points: positions.map((x, i) => ({ x, y: alongPositions[i] ?? NaN })),
      })),
    },
    { width, height: 260 },
  );
}

/** Paths of the outer heads over the steps, with the levels at which theory lets them stop. */
export function headsChart(
  history: HeadsState[],
  alpha: number,
  stops: number[],
  steps: number,
  width: number,
): Chart {
  const positions = (estimator: Estimator, k: number): { x: number; y: number }[] =>
    history.map(({ step, heads }) => ({ x: step, y: heads[estimator][k] ?? NaN }));
  const chart = curves(
    {
      xLabel: 'steps of Adam',
      yLabel: 'where the four heads stand',
      xDomain: [0, steps],
      yDomain: [-4.5, 4.5],
      labels: false,
      curves: estimators.flatMap((estimator) =>
        [0, 1, 2, 3].map((k) => ({
          name: `${names[estimator]} head ${k + 1}`,
          colour: colours[estimator],
          ...withDash(estimator),
          points: positions(estimator, k),
        })),
      ),
    },
    { width },
  );
  const now = history.at(-1);
  const said = now
    ? estimators.map((e) => `${names[e]} ${now.heads[e].map((x) => fixed(x, 2)).join(', ')}`).join('; ')
    : 'not started';
  const summary =
    `Four heads after ${now?.step ?? 0} steps: ${said}. ` +
    `Theory at alpha ${alpha}: almost fair stops at ${stops.map((x) => fixed(x, 2)).join(', ')}; fair has no outer stop.`;
  chart.element.setAttribute('aria-label', summary);
  return { ...chart, summary };
}

/** Learned over true spread while the linear model trains, one thin line a seed. */
export function linearChart(
  runs: LinearState[][],
  members: number,
  alpha: number,
  steps: number,
  width: number,
): Chart {
  return curves(
    {
      xLabel: 'steps of Adam',
      yLabel: 'learned spread / true spread',
      xDomain: [0, steps],
      yDomain: [0, 1.4],
      labels: false,
      verticals: [],
      curves: [
        ...estimators.map((estimator) => {
          const best = optimalRatio(kernelFactor(estimator, members, alpha));
          return {
            name: `${names[estimator]} in theory`,
            colour: colour.muted,
            dash: '3,3',
            points: [
              { x: 0, y: best },
              { x: steps, y: best },
            ],
          };
        }),
        ...runs.flatMap((run, seed) =>
          estimators.map((estimator) => ({
            name: `${names[estimator]}, run ${seed + 1}`,
            colour: colours[estimator],
            ...withDash(estimator),
            points: run.map(({ step, ratio }) => ({ x: step, y: ratio[estimator] })),
          })),
        ),
      ],
    },
    { width },
  );
}

/** Rank histogram of one trained model, on an axis that all three share. */
export function trainedRanks(result: LinearResult, estimator: Estimator, width: number): Chart {
  const most = Math.max(...estimators.flatMap((e) => result.ranks[e])) / result.cases;
  return rankHistogram(
    {
      counts: result.ranks[estimator],
      title: names[estimator],
      fill: colours[estimator],
      maxShare: most * 1.06,
    },
    { width, height: 220 },
  );
}

/** Spread over error of the network while it trains, on new cases. */
export function forecasterChart(history: ForecasterState[], steps: number, width: number): Chart {
  return curves(
    {
      xLabel: 'steps of Adam',
      yLabel: 'spread / error on new cases',
      xDomain: [0, steps],
      yDomain: [0, 1.4],
      curves: [
        {
          name: 'reliable',
          colour: colour.muted,
          dash: '3,3',
          points: [
            { x: 0, y: 1 },
            { x: steps, y: 1 },
          ],
        },
        ...estimators.map((estimator) => ({
          name: names[estimator],
          colour: colours[estimator],
          ...withDash(estimator),
          points: history.map(({ step, score }) => ({ x: step, y: score[estimator].spreadRatio })),
        })),
      ],
    },
    { width },
  );
}

/** Rank histogram of the network so far, on an axis that all three share. */
export function forecasterRanks(now: ForecasterState, estimator: Estimator, width: number): Chart {
  const share = (e: Estimator): number => {
    const { ranks } = now.score[e];
    return Math.max(...ranks) / ranks.reduce((a, b) => a + b, 0);
  };
  return rankHistogram(
    {
      counts: now.score[estimator].ranks,
      title: names[estimator],
      fill: colours[estimator],
      maxShare: Math.max(...estimators.map(share)) * 1.06,
    },
    { width, height: 220 },
  );
}

/** Draggable members around an outcome, and for each score the force on every member. */
export class MembersFigure {
  readonly element: SVGSVGElement;
  private readonly back = svg('g');
  private readonly handles: Handle[];
  private x: Scale = linear([-4, 4], [0, 1]);
  private width = 0;
  private readonly top = 92;
  private readonly height = 336;

  constructor(count: number, onMove: (member: number, position: number) => void) {
    this.element = svg('svg', {
      class: 'figure',
      role: 'group',
      'aria-label': 'Four members and an outcome',
    });
    this.handles = Array.from(
      { length: count },
      (_, i) =>
        new Handle(this.element, {
          label: `Member ${i + 1}`,
          min: -4,
          max: 4,
          step: 0.05,
          say: (value) => fixed(value, 2),
          fromPointer: (px) => this.x.invert(px),
          onChange: (value) => onMove(i, value),
        }),
    );
    this.element.append(this.back, ...this.handles.map((h) => h.group));
  }

  draw(members: number[], chosen: number, scores: MemberScores[], width: number): void {
    if (width !== this.width) {
      this.width = width;
      this.x = linear([-4, 4], [22, width - 22]);
      this.element.setAttribute('viewBox', `0 0 ${width} ${this.height}`);
    }
    const base = this.height - 30;
    this.back.replaceChildren(
      svg('line', { x1: this.x(-4), x2: this.x(4), y1: this.top, y2: this.top, class: 'rule' }),
      svg('line', {
        x1: this.x(0),
        x2: this.x(0),
        y1: 16,
        y2: base,
        stroke: colour.truth,
        'stroke-width': 2,
      }),
      svg('text', { x: this.x(0) + 8, y: 16, fill: colour.truth, style: 'fill:var(--truth)' }, 'outcome'),
      ...scores.flatMap((score, row) => this.row(score, members, chosen, 154 + row * 60)),
      bottomAxis(this.x, base, { count: 8 }),
    );
    members.forEach((member, i) => {
      const handle = this.handles[i];
      handle?.set(member);
      // Members on one spot stand above each other, so that each can be seen and taken.
      const below = members
        .slice(0, i)
        .filter((other) => Math.abs(this.x(other) - this.x(member)) < 14).length;
      const y = this.top - 19 * below;
      handle?.group.replaceChildren(
        svg('circle', { cx: this.x(member), cy: y, r: below ? 9 : 18, fill: 'transparent' }),
        svg('circle', { cx: this.x(member), cy: y, r: 13, class: 'halo' }),
        svg('circle', {
          cx: this.x(member),
          cy: y,
          r: i === chosen ? 10 : 7.5,
          fill: colour.forecast,
          class: 'grip',
        }),
      );
    });
  }

  private row(
    { estimator, score, gradient }: MemberScores,
    members: number[],
    chosen: number,
    y: number,
  ): SVGElement[] {
    const pull = -(gradient[chosen] ?? 0);
    const whom = this.width < narrow ? 'its pull' : 'pull on the large member';
    const text = `${names[estimator]}: score ${fixed(score, 4)}, ${whom} ${fixed(pull, 4)}`;
    return [
      svg('text', { x: 4, y, style: `fill:${colours[estimator]}`, 'font-weight': 600 }, text),
      svg('line', { x1: this.x(-4), x2: this.x(4), y1: y + 18, y2: y + 18, class: 'rule' }),
      ...members.flatMap((member, i) =>
        this.arrow(this.x(member), y + 18, -(gradient[i] ?? 0), colours[estimator]),
      ),
    ];
  }

  /** A force as an arrow; one that is not zero but too short to see becomes a dot with a tip of fixed size. */
  private arrow(x: number, y: number, force: number, stroke: string): SVGElement[] {
    const dot = svg('circle', {
      cx: x,
      cy: y,
      r: 4,
      fill: Math.abs(force) < 1e-9 ? colour.paper : stroke,
      stroke,
      'stroke-width': 1.5,
    });
    if (Math.abs(force) < 1e-9) return [dot];
    const length = Math.max(9, Math.abs(force) * Math.min(260, this.width * 0.4)) * Math.sign(force);
    const tip = x + length;
    const back = tip - 7 * Math.sign(force);
    return [
      dot,
      svg('line', { x1: x, x2: tip, y1: y, y2: y, stroke, 'stroke-width': 2.5 }),
      svg('path', { d: `M${tip},${y}L${back},${y - 5}L${back},${y + 5}Z`, fill: stroke }),
    ];
  }
}
