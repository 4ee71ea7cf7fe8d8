// How the competitive Swiss page draws what model.ts computes.

import { fixed, type Chart } from '../../charts/chart.js';
import { curves } from '../../charts/curves.js';
import { heatmap } from '../../charts/heatmap.js';
import { intervals } from '../../charts/intervals.js';
import { colour } from '../../charts/theme.js';
import type { Robustness, Sensitivity, Standing } from './model.js';

/** Indices of the models, most expected points first. */
export function order(values: readonly number[]): number[] {
  return values.map((_, i) => i).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
}

/** Expected points as bars with their intervals, and hollow dots where they stood before a change. */
export function pointsChart(
  models: string[],
  standing: Standing,
  before: Standing | undefined,
  width: number,
): Chart {
  const rows = order(standing.expected).map((i) => {
    const row = {
      name: models[i] ?? '',
      value: standing.expected[i] ?? 0,
      low: standing.low[i] ?? 0,
      high: standing.high[i] ?? 0,
    };
    const old = before?.expected[i];
    return old === undefined ? row : { ...row, before: old };
  });
  return intervals({ rows, label: 'expected points E[S]', bars: true, decimals: 3 }, { width });
}

/** Probability of every final rank. */
export function ranksChart(models: string[], standing: Standing, width: number): Chart {
  const n = models.length;
  const rows = order(standing.expected);
  const values = rows.flatMap((i) => Array.from(standing.rankProbability.subarray(i * n, (i + 1) * n)));
  return heatmap(
    {
      rows: rows.map((i) => models[i] ?? ''),
      columns: Array.from({ length: n }, (_, k) => String(k + 1)),
      values,
      xLabel: 'final rank, % of tournaments',
    },
    { width, height: 64 + n * 26 },
  );
}

/** Expected points over the number eliminated after each round; the chosen model stands out. */
export function sensitivityChart(
  models: string[],
  result: Sensitivity,
  chosen: number,
  width: number,
): Chart {
  const chart = curves(
    {
      xLabel: 'models eliminated after each round, T',
      yLabel: 'expected points E[S | T]',
      xTicks: result.grid,
      xDomain: [result.grid[0] ?? 0, result.grid.at(-1) ?? 1],
      curves: models.map((name, i) => ({
        name,
        colour: i === chosen ? colour.forecast : colour.muted,
        points: result.grid.map((x, g) => ({ x, y: result.expected[g]?.[i] ?? NaN })),
      })),
    },
    { width, height: 380 },
  );
  return chart;
}

/** Slope of the expected points against T with its interval, steepest loss last. */
export function slopesChart(models: string[], result: Sensitivity, chosen: number, width: number): Chart {
  const rows = order(result.slope).map((i) => {
    const error = 1.96 * (result.standardError[i] ?? 0);
    const value = result.slope[i] ?? 0;
    return {
      name: models[i] ?? '',
      value,
      low: value - error,
      high: value + error,
      colour: i === chosen ? colour.forecast : colour.muted,
    };
  });
  return intervals(
    { rows, label: 'change of E[S] per model eliminated', reference: { value: 0, name: 'no change' } },
    { width },
  );
}

/** Matches of each round: how fast a small field runs out of opponents with equal points. */
export function matchesChart(standing: Standing, width: number): Chart {
  return curves(
    {
      xLabel: 'round',
      yLabel: 'matches played',
      labels: false,
      yDomain: [0, Math.max(...standing.matchesPerRound) * 1.05],
      curves: [
        {
          name: 'matches',
          colour: colour.ink,
          points: standing.matchesPerRound.map((y, k) => ({ x: k + 1, y })),
        },
      ],
    },
    { width, height: 220 },
  );
}

/** A score with few characters, for a small cell. */
export function compact(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return fixed(value / 1e6, 1) + 'M';
  if (size >= 1e4) return fixed(value / 1e3, 0) + 'k';
  return size >= 100 ? fixed(value, 0) : fixed(value, 1);
}

/** How many random failures cost how many ranks, for both rankings. */
export function rankChangesChart(result: Robustness, width: number): Chart {
  const kinds = [
    { key: 'swiss' as const, name: 'Swiss', stroke: colour.forecast },
    { key: 'mean' as const, name: 'mean score', stroke: colour.series[2] },
  ];
  const rows = kinds.map(({ key, name, stroke }) => {
    const lost = result.changes.map((c) => c[key]);
    const n = lost.length;
    const mean = lost.reduce((a, b) => a + b, 0) / n;
    const error = Math.sqrt(lost.reduce((a, b) => a + (b - mean) ** 2, 0) / Math.max(1, n - 1) / n);
    return { name, value: mean, low: mean - 1.96 * error, high: mean + 1.96 * error, colour: stroke };
  });
  return intervals(
    { rows, label: 'ranks lost, mean over the random choices', reference: { value: 0, name: 'no change' } },
    { width },
  );
}
