// The page's shared state: the table with what the visitor did to it, and the simulation that follows it.

import { computed, ref, shallowRef } from 'vue';
import { failedScore, normalisedMeans, type ScoreTable, type Standing } from './model.js';

/** A small, varied part of the 57 games, for a first look. */
export const shortList = [
  'alien',
  'breakout',
  'bowling',
  'freeway',
  'gravitar',
  'montezuma_revenge',
  'ms_pacman',
  'pitfall',
  'pong',
  'qbert',
  'seaquest',
  'skiing',
];

export const table = shallowRef<ScoreTable>({ models: [], benchmarks: [], scores: [] });
/** Cells that count as a failed run: "model,benchmark". */
export const failed = shallowRef<ReadonlySet<string>>(new Set());
export const eliminate = ref(0);
export const simulations = ref(100000);
export const seed = ref(1);
export const chosen = ref(0);
export const standing = shallowRef<Standing>();
/** The finished standing of the untouched table, for comparison. */
export const before = shallowRef<Standing>();

/** The scores with every failed cell at the lowest value of its benchmark, or 0 if that is lower. */
export const scores = computed(() => {
  const { scores: rows } = table.value;
  return rows.map((row, i) =>
    row.map((value, k) => (failed.value.has(`${i},${k}`) ? failedScore(rows, k) : value)),
  );
});

export const meanBefore = computed(() => normalisedMeans(table.value.scores));
export const meanNow = computed(() => normalisedMeans(scores.value));

/** Puts another table on the page. */
export function setTable(next: ScoreTable): void {
  table.value = next;
  failed.value = new Set();
  before.value = undefined;
  standing.value = undefined;
  chosen.value = Math.max(0, next.models.indexOf('r2d2(bandit)'));
}

export function toggleFailed(model: number, benchmark: number): void {
  const key = `${model},${benchmark}`;
  const next = new Set(failed.value);
  if (!next.delete(key)) next.add(key);
  failed.value = next;
}

/** Moves a benchmark to another place in the order of play. */
export function moveBenchmark(from: number, to: number): void {
  const { models, benchmarks, scores: rows } = table.value;
  if (to < 0 || to >= benchmarks.length || from === to) return;
  const moved = <T>(list: readonly T[]): T[] => {
    const copy = [...list];
    copy.splice(to, 0, ...copy.splice(from, 1));
    return copy;
  };
  const places = moved(benchmarks.map((_, k) => k));
  failed.value = new Set(
    [...failed.value].map((key) => {
      const [i, k] = key.split(',').map(Number);
      return `${i},${places.indexOf(k ?? 0)}`;
    }),
  );
  before.value = undefined;
  table.value = { models, benchmarks: moved(benchmarks), scores: rows.map(moved) };
}
