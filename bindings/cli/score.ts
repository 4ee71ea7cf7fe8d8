/** `assay score`: CRPS of an ensemble forecast by group, with bootstrap intervals, skill and rank histogram. */
import {
  AssayError,
  bootstrapMean,
  bootstrapSkill,
  crpsEnsemble,
  rankHistogram,
  rankHistogramMerge,
} from 'assay';
import { columnIndex, columnIndices, numbersOf, wordsOf } from './columns';
import { Groups, GrowingFloat64 } from './growing';
import { InputError } from './input_error';
import { Progress } from './progress';
import type { Report } from './report';
import { openTable, type Table } from './table';

export interface ScoreOptions {
  readonly observation: string;
  readonly members: string;
  readonly reference?: string;
  readonly by?: string;
  readonly estimator: Estimator;
  readonly alpha: number;
  readonly level: number;
  readonly bootstrap: number;
  readonly seed: number;
  readonly missing: 'raise' | 'omit';
}

type Estimator = 'standard' | 'fair' | 'almost_fair';

/** Members of the climatological reference: enough for its CRPS, few enough for long files. */
const climatologyMembers = 200;
const whole = 'all';

interface Collected {
  readonly scores: GrowingFloat64;
  readonly references: GrowingFloat64;
  readonly observations: GrowingFloat64;
  readonly groups: Groups;
  readonly histograms: Map<string, Float64Array>;
  members: number;
}

interface Summary {
  readonly group: string;
  readonly count: number;
  readonly crps: ReturnType<typeof bootstrapMean>;
  readonly skill: ReturnType<typeof bootstrapSkill> | null;
  readonly rankHistogram: Float64Array;
}

/** Scores the whole file in one pass; only one number a row is kept. */
async function collect(table: Table, options: ScoreOptions): Promise<Collected> {
  const observation = columnIndex(table, options.observation);
  const members = columnIndices(table, options.members).filter((index) => index !== observation);
  const reference = options.reference === undefined ? [] : columnIndices(table, options.reference);
  const by = options.by === undefined ? undefined : columnIndex(table, options.by);
  const collected: Collected = {
    scores: new GrowingFloat64(),
    references: new GrowingFloat64(),
    observations: new GrowingFloat64(),
    groups: new Groups(),
    histograms: new Map(),
    members: members.length,
  };
  const { estimator, alpha } = options;
  const score = { estimator, alpha, nanPolicy: options.missing };
  const progress = new Progress(`scoring ${table.file}`);
  for await (const batch of table.batches()) {
    const y = numbersOf(table, batch, [observation], 'raise');
    const shaped = (indices: readonly number[]): { data: Float64Array; shape: [number, number] } => ({
      data: numbersOf(table, batch, indices, options.missing),
      shape: [y.length, indices.length],
    });
    const x = shaped(members);
    collected.scores.append(crpsEnsemble(y, x, score));
    if (reference.length > 0) collected.references.append(crpsEnsemble(y, shaped(reference), score));
    collected.observations.append(y);
    const names = by === undefined ? y.length : wordsOf(batch, by);
    if (typeof names !== 'number') collected.groups.append(names);
    countRanks(
      collected.histograms,
      y,
      x.data,
      members.length,
      typeof names === 'number' ? undefined : names,
      options,
    );
    progress.update(batch.done);
  }
  progress.stop();
  if (collected.scores.length === 0)
    throw new InputError(`${table.file}: found a header and no rows, wants forecasts`);
  return collected;
}

/** Adds the ranks of a batch to the histogram of everything and to those of its groups. */
function countRanks(
  histograms: Map<string, Float64Array>,
  y: Float64Array,
  x: Float64Array,
  width: number,
  names: readonly string[] | undefined,
  options: ScoreOptions,
): void {
  const add = (group: string, rows: readonly number[]): void => {
    const observations = Float64Array.from(rows, (row) => y[row] ?? Number.NaN);
    const data = new Float64Array(rows.length * width);
    rows.forEach((row, at) => data.set(x.subarray(row * width, (row + 1) * width), at * width));
    const counts = rankHistogram(
      observations,
      { data, shape: [rows.length, width] },
      { nanPolicy: options.missing },
    );
    const before = histograms.get(group);
    histograms.set(group, before === undefined ? counts : mergedHistogram(before, counts));
  };
  add(whole, Array.from(y.keys()));
  if (names === undefined) return;
  const rowsOf = new Map<string, number[]>();
  names.forEach((name, row) => {
    const rows = rowsOf.get(name);
    if (rows === undefined) rowsOf.set(name, [row]);
    else rows.push(row);
  });
  for (const [name, rows] of rowsOf) add(groupKey(name), rows);
}

function mergedHistogram(a: Float64Array, b: Float64Array): Float64Array {
  return rankHistogramMerge({ data: Float64Array.of(...a, ...b), shape: [2, a.length] });
}

/** A group called "all" must not meet the histogram of everything. */
const groupKey = (name: string): string => `group ${name}`;

/** CRPS of the forecast that every time says: as the observations of this file were. In-sample. */
function climatologyScores(observations: Float64Array, options: ScoreOptions): Float64Array {
  const sorted = Float64Array.from(observations).sort();
  const width = Math.min(sorted.length, climatologyMembers);
  const members = Float64Array.from({ length: width }, (_, k) => {
    const position = Math.floor(((k + 0.5) * sorted.length) / width);
    return sorted[position] ?? Number.NaN;
  });
  const scores = new Float64Array(observations.length);
  const rows = 4096;
  for (let first = 0; first < observations.length; first += rows) {
    const part = observations.subarray(first, first + rows);
    const data = new Float64Array(part.length * width);
    for (let row = 0; row < part.length; row++) data.set(members, row * width);
    const shape: [number, number] = [part.length, width];
    scores.set(
      crpsEnsemble(part, { data, shape }, { estimator: 'standard', nanPolicy: options.missing }),
      first,
    );
  }
  return scores;
}

/** Skill over the reference; none where the reference is perfect, for nothing can be better. */
function skillOver(
  scores: Float64Array,
  reference: Float64Array,
  interval: Parameters<typeof bootstrapSkill>[2],
): ReturnType<typeof bootstrapSkill> | null {
  try {
    return bootstrapSkill(scores, reference, interval);
  } catch (error) {
    if (error instanceof AssayError && error.code === 'degenerate') return null;
    throw error;
  }
}

function summarise(collected: Collected, options: ScoreOptions): readonly Summary[] {
  const interval = { nBoot: options.bootstrap, level: options.level, seed: options.seed };
  const summary = (group: string, key: string, pick: (values: Float64Array) => Float64Array): Summary => {
    const scores = pick(collected.scores.view());
    const reference =
      collected.references.length > 0
        ? pick(collected.references.view())
        : climatologyScores(pick(collected.observations.view()), options);
    const present = scores.findIndex(Number.isNaN) < 0;
    const kept = present ? scores : scores.filter((value) => !Number.isNaN(value));
    const keptReference = present
      ? reference
      : reference.filter((_, row) => !Number.isNaN(scores[row] ?? Number.NaN));
    if (kept.length === 0)
      throw new InputError(`group ${group}: found no row with enough members, wants at least one`);
    return {
      group,
      count: kept.length,
      crps: bootstrapMean(kept, interval),
      skill: skillOver(kept, keptReference, interval),
      rankHistogram: collected.histograms.get(key) ?? new Float64Array(collected.members + 1),
    };
  };
  const all = summary(whole, whole, (values) => values);
  if (options.by === undefined) return [all];
  const groups = collected.groups.names.map((name, code) =>
    summary(name, groupKey(name), (values) => collected.groups.select(values, code)),
  );
  return [...groups, all];
}

export async function scoreReport(path: string, options: ScoreOptions): Promise<Report> {
  const table = await openTable(path);
  const collected = await collect(table, options);
  const summaries = summarise(collected, options);
  const percent = `${100 * options.level}%`;
  const reference = options.reference ?? 'the climatology of the observations (in-sample)';
  return {
    title: `CRPS of ${table.file}`,
    notes: [
      `${collected.scores.length} forecasts of ${collected.members} members, ${options.estimator} CRPS, lower is better`,
      `${percent} intervals from ${options.bootstrap} bootstrap samples of the rows, seed ${options.seed}`,
      `skill is 1 - CRPS / CRPS of ${reference}; 0 is no better, 1 is perfect`,
    ],
    tables: [
      {
        title: 'scores',
        columns: ['group*', 'n', 'CRPS', 'lower', 'upper', 'skill', 'lower', 'upper'],
        rows: summaries.map(({ group, count, crps, skill }) => [
          group,
          count,
          crps.estimate,
          crps.lower,
          crps.upper,
          skill?.estimate ?? null,
          skill?.lower ?? null,
          skill?.upper ?? null,
        ]),
      },
      {
        title:
          'rank histogram: observations below the lowest member ... above the highest; flat when reliable',
        columns: ['group*', ...Array.from({ length: collected.members + 1 }, (_, rank) => String(rank))],
        rows: summaries.map(({ group, rankHistogram }) => [group, ...rankHistogram]),
      },
    ],
    figures: summaries.map(({ group, rankHistogram, count }) => ({
      chart: 'rank-histogram' as const,
      title: `Rank histogram, ${group}`,
      caption: `${count} observations by their rank among ${collected.members} members; the line is what a reliable forecast expects.`,
      data: { counts: Array.from(rankHistogram) },
    })),
    data: { file: table.file, options, members: collected.members, groups: summaries },
  };
}
