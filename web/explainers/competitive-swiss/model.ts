// What the competitive Swiss page computes: a table of models and benchmarks, the simulation of its tournaments, its
// sensitivity to elimination, one tournament step by step, and the plain mean to compare with.

import {
  competitiveSwissSimulate,
  CompetitiveSwissSimulation,
  competitiveSwissTrace,
  failureSensitivity,
  type CompetitiveSwissSimulateResult,
} from 'assay/tournament';
import { uniform } from '../../lib/random.js';
import type { Job } from '../../lib/rpc.js';

/** Scores of models (rows) on benchmarks (columns, in the order played). */
export interface ScoreTable {
  models: string[];
  benchmarks: string[];
  scores: number[][];
}

const matrix = (scores: number[][]): { data: Float64Array; shape: [number, number] } => ({
  data: Float64Array.from(scores.flat()),
  shape: [scores.length, scores[0]?.length ?? 0],
});

const constant = (value: number, length: number): Int32Array => new Int32Array(length).fill(value);

export interface SimulateInput {
  scores: number[][];
  eliminate: number;
  simulations: number;
  seed: number;
}

export interface Standing {
  simulations: number;
  expected: number[];
  low: number[];
  high: number[];
  largestError: number;
  /** Row-major models x ranks. */
  rankProbability: Float64Array;
  matchesPerRound: number[];
}

function standing(value: CompetitiveSwissSimulateResult): Standing {
  return {
    simulations: Number(value.simulationsRun),
    expected: Array.from(value.expectedWinScore),
    low: Array.from(value.confidenceLower),
    high: Array.from(value.confidenceUpper),
    largestError: Math.max(...value.standardError),
    rankProbability: value.rankProbability.data as Float64Array,
    matchesPerRound: Array.from(value.matchesPerRound),
  };
}

/** Simulates in growing blocks and reports the estimates after each, until done or cancelled. */
export async function simulate(
  { scores, eliminate, simulations, seed }: SimulateInput,
  job: Job,
): Promise<Standing> {
  const rounds = scores[0]?.length ?? 0;
  const simulation = new CompetitiveSwissSimulation(matrix(scores), constant(eliminate, rounds), {
    simulations,
    seed,
  });
  try {
    let done = 0;
    while (done < simulations) {
      const count = Math.min(simulations - done, Math.max(256, done));
      // A block stays short enough for a cancellation to get in.
      const step = Math.min(count, 8192);
      simulation.run(done, step);
      done += step;
      if (done < simulations) {
        job.emit(standing(simulation.value()));
        await job.breathe();
      }
    }
    return standing(simulation.value());
  } finally {
    simulation.dispose();
  }
}

export interface SensitivityInput {
  scores: number[][];
  grid: number[];
  simulations: number;
  seed: number;
}

export interface Sensitivity {
  grid: number[];
  /** Expected points, one row a number of eliminations. */
  expected: number[][];
  slope: number[];
  standardError: number[];
  riskClass: number[];
}

/** Expected points over the number eliminated after each round, with common random numbers. */
export function sensitivity({ scores, grid, simulations, seed }: SensitivityInput): Sensitivity {
  const result = failureSensitivity(matrix(scores), {
    eliminateGrid: Int32Array.from(grid),
    mode: 'simulate',
    simulations,
    seed,
  });
  const players = scores.length;
  return {
    grid,
    expected: grid.map((_, g) =>
      Array.from(result.expectedWinScore.data.subarray(g * players, (g + 1) * players)),
    ),
    slope: Array.from(result.sensitivity),
    standardError: Array.from(result.standardError),
    riskClass: Array.from(result.riskClass),
  };
}

export interface TraceInput {
  scores: number[][];
  eliminate: number;
  seed: number;
  tournament: number;
}

export interface TraceRound {
  matches: { first: number; second: number; firstPoints: number; secondPoints: number }[];
  byes: number[];
  /** Points of each player after the round. */
  points: number[];
  /** Still in after the elimination of the round. */
  active: boolean[];
}

/** One tournament of the simulation, round by round. */
export function trace({ scores, eliminate, seed, tournament }: TraceInput): TraceRound[] {
  const players = scores.length;
  const rounds = scores[0]?.length ?? 0;
  const result = competitiveSwissTrace(matrix(scores), constant(eliminate, rounds), {
    seed,
    simulation: tournament,
  });
  const pairRows = result.firstPoints.shape[1] ?? 0;
  const row = (data: ArrayLike<number>, k: number): number[] =>
    Array.from({ length: players }, (_, i) => data[k * players + i] ?? 0);
  return Array.from({ length: rounds }, (_, k) => ({
    matches: Array.from({ length: result.matchesPerRound[k] ?? 0 }, (_, p) => {
      const at = k * pairRows + p;
      return {
        first: result.pairs.data[2 * at] ?? -1,
        second: result.pairs.data[2 * at + 1] ?? -1,
        firstPoints: result.firstPoints.data[at] ?? 0,
        secondPoints: result.secondPoints.data[at] ?? 0,
      };
    }),
    byes: row(result.bye.data, k).flatMap((bye, i) => (bye ? [i] : [])),
    points: row(result.points.data, k),
    active: row(result.active.data, k).map((a) => a !== 0),
  }));
}

/** Mean over the benchmarks of scores scaled to [0, 1] within each. */
export function normalisedMeans(scores: number[][]): number[] {
  const rounds = scores[0]?.length ?? 0;
  const totals = scores.map(() => 0);
  for (let k = 0; k < rounds; k++) {
    const column = scores.map((row) => row[k] ?? 0);
    const [low, high] = [Math.min(...column), Math.max(...column)];
    column.forEach((v, i) => (totals[i] = (totals[i] ?? 0) + (high > low ? (v - low) / (high - low) : 0)));
  }
  return totals.map((t) => t / rounds);
}

/** Rank of every value, 1 for the largest. */
export function ranks(values: readonly number[]): number[] {
  return values.map((v) => 1 + values.filter((other) => other > v).length);
}

/** What a cell that counts as a failed run holds: the lowest score of its benchmark, or 0 if that is lower. */
export function failedScore(scores: number[][], benchmark: number): number {
  return Math.min(0, ...scores.map((row) => row[benchmark] ?? 0));
}

/** A copy with `count` randomly chosen benchmarks of one model turned into failed runs. */
export function wiped(
  scores: number[][],
  model: number,
  count: number,
  seed: number,
): { scores: number[][]; columns: number[] } {
  const random = uniform(seed);
  const order = (scores[0] ?? []).map((_, k) => ({ k, key: random() })).sort((a, b) => a.key - b.key);
  const columns = order.slice(0, count).map(({ k }) => k);
  const failed = (v: number, k: number): number => (columns.includes(k) ? failedScore(scores, k) : v);
  return { scores: scores.map((row, i) => (i === model ? row.map(failed) : row)), columns };
}

/** Share of its benchmarks that a model loses in the page's experiment: 8 of 57. */
export const wipedShare = 8 / 57;

export interface RobustnessInput {
  scores: number[][];
  model: number;
  /** Random choices of the failed benchmarks. */
  choices: number;
  simulations: number;
  seed: number;
}

export interface RankChange {
  swiss: number;
  mean: number;
}

export interface Robustness {
  /** Ranks lost in each choice; negative where the model rose. */
  changes: RankChange[];
}

function rankOf(scores: number[][], model: number, simulations: number, seed: number): RankChange {
  const rounds = scores[0]?.length ?? 0;
  const { expectedWinScore } = competitiveSwissSimulate(matrix(scores), constant(0, rounds), {
    simulations,
    seed,
  });
  return {
    swiss: ranks(Array.from(expectedWinScore))[model] ?? NaN,
    mean: ranks(normalisedMeans(scores))[model] ?? NaN,
  };
}

/** Repeats the failure of some of one model's runs with random choices of them; compares how far both ranks fall. */
export async function robustness(input: RobustnessInput, job: Job): Promise<Robustness> {
  const { scores, model, choices, simulations, seed } = input;
  const count = Math.max(1, Math.round((scores[0]?.length ?? 0) * wipedShare));
  const before = rankOf(scores, model, simulations, seed);
  const changes: RankChange[] = [];
  for (let c = 0; c < choices; c++) {
    const after = rankOf(wiped(scores, model, count, seed + c).scores, model, simulations, seed);
    changes.push({ swiss: after.swiss - before.swiss, mean: after.mean - before.mean });
    if (c % 5 === 4) {
      job.emit({ changes: [...changes] } satisfies Robustness);
      await job.breathe();
    }
  }
  return { changes };
}
