/** `assay score`: the forecast report of a table of ensembles, quantiles or distributions. */
import { ForecastReportAccumulator, type ForecastReportAccumulatorOptions } from 'assay';
import { columnIndex, columnIndices, numbersOf, wordsOf } from './columns';
import { Groups } from './growing';
import { InputError, refuse } from './input_error';
import { Progress } from './progress';
import type { Figure, Report, ReportTable, Value } from './report';
import { openTable, type Batch, type Table } from './table';

export interface ScoreOptions {
  readonly observation: string;
  readonly members?: string;
  readonly quantiles?: string;
  readonly levels?: readonly number[];
  readonly distribution?: Options['family'];
  readonly parameters?: string;
  readonly reference: readonly string[];
  readonly by?: string;
  readonly thresholds?: readonly number[];
  readonly estimator: 'standard' | 'fair' | 'almost_fair';
  readonly alpha: number;
  readonly level: number;
  readonly bootstrap: number;
  readonly block: number;
  readonly horizon: number;
  readonly bins: number;
  readonly seed: number;
  readonly missing: 'raise' | 'omit';
}

type Options = ForecastReportAccumulatorOptions;
type Result = ReturnType<ForecastReportAccumulator['value']>;
type Group = Result['whole'];
type Named = Group & { readonly name: string };

/** Columns of one forecast, and what judges it. */
interface Forecast {
  readonly name: string;
  readonly columns: readonly number[];
  readonly report: ForecastReportAccumulator;
}

/** What a pattern of columns stands for. */
interface Form {
  readonly pattern: string;
  readonly wants: string;
  readonly options: Options;
  /** Whether the columns are named one by one, in an order that counts. */
  readonly ordered: boolean;
}

const whole = 'all';

/** The number in a column's name: 0.05 of "q0.05" or "quantile_0.05", undefined where there is none. */
const levelIn = (name: string): number | undefined => {
  const found = /0?\.\d+/.exec(name)?.[0];
  return found === undefined ? undefined : Number(found);
};

function levelsOf(table: Table, pattern: string): number[] {
  return columnIndices(table, pattern).map((index) => {
    const name = table.columns[index] ?? '';
    return (
      levelIn(name) ??
      refuse({ file: table.file, column: name }, 'no level in its name', 'a name like q0.05, or --levels')
    );
  });
}

function formOf(table: Table, options: ScoreOptions): Form {
  const given = [options.members, options.quantiles, options.distribution].filter(
    (value) => value !== undefined,
  );
  if (given.length !== 1)
    throw new InputError(
      `found ${given.length} of --members, --quantiles and --distribution, wants exactly one`,
    );
  if (options.quantiles !== undefined) {
    const levels = Float64Array.from(options.levels ?? levelsOf(table, options.quantiles));
    return {
      pattern: options.quantiles,
      wants: 'quantiles',
      options: { form: 'quantiles', levels },
      ordered: false,
    };
  }
  if (options.distribution !== undefined) {
    if (options.parameters === undefined)
      throw new InputError('--distribution: found no --parameters, wants its columns in their order');
    const form = { form: 'distribution', family: options.distribution } as const;
    return { pattern: options.parameters, wants: 'parameters', options: form, ordered: true };
  }
  return { pattern: options.members ?? '', wants: 'members', options: { form: 'ensemble' }, ordered: false };
}

function columnsOf(table: Table, pattern: string, ordered: boolean, observation: number): readonly number[] {
  if (ordered) return pattern.split(',').map((name) => columnIndex(table, name.trim()));
  return columnIndices(table, pattern).filter((index) => index !== observation);
}

function forecastsOf(table: Table, options: ScoreOptions, observation: number): readonly Forecast[] {
  const form = formOf(table, options);
  const thresholds =
    options.thresholds === undefined ? {} : { thresholds: Float64Array.from(options.thresholds) };
  const forecast = (pattern: string): Forecast => ({
    name: pattern,
    columns: columnsOf(table, pattern, form.ordered, observation),
    report: new ForecastReportAccumulator({
      ...form.options,
      ...thresholds,
      estimator: options.estimator,
      alpha: options.alpha,
      nBins: options.bins,
      horizon: options.horizon,
      nBoot: options.bootstrap,
      blockLength: options.block,
      level: options.level,
      seed: options.seed,
      nanPolicy: options.missing,
    }),
  });
  return [form.pattern, ...options.reference].map(forecast);
}

interface Collected {
  readonly forecasts: readonly Forecast[];
  readonly groups: Groups;
  readonly rows: number;
}

/** Reads the file once; a few numbers a row are kept. */
async function collect(table: Table, options: ScoreOptions): Promise<Collected> {
  const observation = columnIndex(table, options.observation);
  const by = options.by === undefined ? undefined : columnIndex(table, options.by);
  const forecasts = forecastsOf(table, options, observation);
  const groups = new Groups();
  const progress = new Progress(`scoring ${table.file}`);
  let rows = 0;
  const add = (batch: Batch): void => {
    const y = numbersOf(table, batch, [observation], options.missing);
    const names = by === undefined ? y.length : wordsOf(batch, by);
    const codes = typeof names === 'number' ? new Int32Array(names) : groups.codes(names);
    for (const { columns, report } of forecasts) {
      const data = numbersOf(table, batch, columns, options.missing);
      report.update(y, { data, shape: [y.length, columns.length] }, { groups: codes });
    }
    rows += y.length;
  };
  for await (const batch of table.batches()) {
    add(batch);
    progress.update(batch.done);
  }
  progress.stop();
  if (rows === 0) throw new InputError(`${table.file}: found a header and no rows, wants forecasts`);
  return { forecasts, groups, rows };
}

/** Groups under their names, and all rows; one group is all rows. */
function named(result: Result, groups: Groups): readonly Named[] {
  const all = { ...result.whole, name: whole };
  if (groups.names.length === 0) return [all];
  return [...result.groups.map((group) => ({ ...group, name: groups.names[group.group] ?? '' })), all];
}

// ---- tables and figures ----

const orNull = (value: number): Value => (Number.isNaN(value) ? null : value);
const scoreName = ({ score, threshold }: Group['scores'][number]): string =>
  score.replaceAll('_', ' ').replace('crps', 'CRPS') + (Number.isNaN(threshold) ? '' : ` above ${threshold}`);

function scoreTable(title: string, groups: readonly Named[]): ReportTable {
  return {
    title,
    columns: ['group*', 'n', 'score*', 'mean', 'lower', 'upper', 'reference', 'skill', 'lower', 'upper', 'p'],
    rows: groups.flatMap(({ name, count, scores }) =>
      scores.map((entry) => [
        name,
        count,
        scoreName(entry),
        ...[
          entry.mean,
          entry.lower,
          entry.upper,
          entry.referenceMean,
          entry.skill,
          entry.skillLower,
          entry.skillUpper,
          entry.pValue,
        ].map(orNull),
      ]),
    ),
  };
}

/** A table of one row a group, or none where no group has it. */
function groupTable(
  title: string,
  groups: readonly Named[],
  columns: readonly string[],
  row: (group: Named) => readonly number[],
): readonly ReportTable[] {
  const rows = groups.map((group) => [group.name, ...row(group).map(orNull)]);
  if (rows.every((cells) => cells.slice(1).every((cell) => cell === null))) return [];
  return [{ title, columns: ['group*', ...columns], rows }];
}

const numbered = (first: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => String(first + index));

function diagnosticTables(groups: readonly Named[], levels: readonly number[]): readonly ReportTable[] {
  const ranks = groups[0]?.rankHistogram.length ?? 0;
  const bins = groups[0]?.pitHistogram.length ?? 0;
  return [
    ...groupTable(
      'spread and error: corrected spread and error of the mean agree when reliable',
      groups,
      ['error', 'spread', 'corrected', 'ratio', 'bias'],
      ({ spread }) => [spread.rmse, spread.spread, spread.correctedSpread, spread.ratio, spread.bias],
    ),
    ...groupTable(
      'CRPS = reliability - resolution + uncertainty (standard estimator)',
      groups,
      ['CRPS', 'reliability', 'resolution', 'uncertainty'],
      ({ decomposition: d }) => [d.crps, d.reliability, d.resolution, d.uncertainty],
    ),
    ...groupTable(
      'coverage: share of observations up to each quantile, its level when calibrated',
      groups,
      levels.map(String),
      ({ coverage }) => Array.from(coverage),
    ),
    ...groupTable(
      'rank histogram: observations below the lowest member ... above the highest; flat when reliable, p tells',
      groups,
      ['p', ...numbered(0, ranks)],
      ({ rankPValue, rankHistogram }) => [rankPValue, ...rankHistogram],
    ),
    ...groupTable(
      'PIT histogram: share of the forecast probabilities of the observations in each bin; flat when calibrated',
      groups,
      numbered(1, bins),
      ({ pitHistogram }) => Array.from(pitHistogram),
    ),
    ...groups.flatMap(({ name, reliability }) =>
      reliability.map((table) => ({
        title: `reliability of the probability of more than ${table.threshold}, ${name}`,
        columns: ['from', 'to', 'n', 'probability', 'frequency', 'lower', 'upper'],
        rows: Array.from(table.count, (count, bin) => [
          Number(table.edges[bin]),
          Number(table.edges[bin + 1]),
          count,
          ...[table.meanProb, table.meanLabel, table.lower, table.upper].map((column) =>
            orNull(Number(column[bin])),
          ),
        ]),
      })),
    ),
  ];
}

function histogramFigure({ name, count, rankHistogram, pitHistogram }: Named): Figure {
  if (rankHistogram.length > 0)
    return {
      chart: 'rank-histogram',
      title: `Rank histogram, ${name}`,
      caption: `${count} observations by their rank among ${rankHistogram.length - 1} members; the line is what a reliable forecast expects.`,
      data: { counts: Array.from(rankHistogram) },
    };
  return {
    chart: 'rank-histogram',
    title: `PIT histogram, ${name}`,
    caption: `${count} observations by the probability that the forecast gave to less; the line is what a calibrated forecast expects.`,
    data: { counts: Array.from(pitHistogram, (share) => share * count) },
  };
}

function figures(groups: readonly Named[]): readonly Figure[] {
  const first = groups[0]?.scores[0];
  const rows = groups.flatMap(({ name, scores: [main] }) =>
    main === undefined || Number.isNaN(main.lower)
      ? []
      : [{ name, value: main.mean, low: main.lower, high: main.upper }],
  );
  const overview: readonly Figure[] =
    first === undefined || rows.length < 2
      ? []
      : [
          {
            chart: 'intervals',
            title: `${scoreName(first)} by group`,
            caption: 'Means with their bootstrap intervals; lower is better.',
            data: { rows, label: scoreName(first) },
          },
        ];
  const reliability = groups.flatMap(({ name, reliability: tables }) =>
    tables.map((table): Figure => ({
      chart: 'reliability',
      title: `Reliability of the probability of more than ${table.threshold}, ${name}`,
      caption: 'Observed frequency by forecast probability, on the diagonal when reliable.',
      data: { reliability: table },
    })),
  );
  return [...overview, ...groups.filter(({ count }) => count > 0).map(histogramFigure), ...reliability];
}

export async function scoreReport(path: string, options: ScoreOptions): Promise<Report> {
  const table = await openTable(path);
  const { forecasts, groups, rows } = await collect(table, options);
  const [main, ...references] = forecasts;
  if (main === undefined) throw new InputError(`${table.file}: found no forecast`);
  const compared = references.map(({ name, report }) => ({
    name,
    groups: named(main.report.valueAgainst(report), groups),
  }));
  const [first, ...others] = compared;
  const judged = first?.groups ?? named(main.report.value(), groups);
  const reference = first?.name ?? 'the climatology of the observations of each group, known beforehand';
  const columns = main.columns.length;
  const form =
    options.members !== undefined
      ? `${columns} members, ${options.estimator} CRPS`
      : options.quantiles !== undefined
        ? `${columns} quantiles`
        : `${options.distribution} distributions`;
  const levels =
    options.quantiles === undefined ? [] : (options.levels ?? levelsOf(table, options.quantiles));
  return {
    title: `Forecasts of ${table.file}`,
    notes: [
      `${rows} forecasts: ${form}; for every score lower is better`,
      `${100 * options.level}% intervals from ${options.bootstrap} bootstrap samples of ${options.block > 1 ? `runs of ${options.block} rows` : 'the rows'}, seed ${options.seed}`,
      `skill is 1 - score / score of ${reference}; 0 is no better, 1 is perfect`,
      `p: Diebold-Mariano test that both are equally good, horizon ${options.horizon}`,
    ],
    tables: [
      scoreTable('scores', judged),
      ...others.map(({ name, groups: against }) => scoreTable(`scores against ${name}`, against)),
      ...diagnosticTables(judged, levels),
    ],
    figures: figures(judged),
    data: {
      file: table.file,
      options,
      columns,
      groups: judged,
      comparisons: compared.map(({ name, groups: against }) => ({
        reference: name,
        groups: against.map((group) => ({ name: group.name, scores: group.scores })),
      })),
    },
  };
}
