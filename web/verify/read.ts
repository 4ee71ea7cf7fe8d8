// Reading a file of forecasts: one forecast a line with an observation and its members or quantiles. What is wrong is
// told by line and column, with what was found and what is wanted.

import { GrowingFloat64 } from '../../bindings/cli/growing.js';
import { FileError, parseCsv, readCsv, type LineCollector } from '../lib/read-csv.js';
import type { Job } from '../lib/rpc.js';

export interface Forecasts {
  form: 'ensemble' | 'quantiles';
  /** Of the quantiles, ascending. */
  levels: number[];
  observations: Float64Array;
  /** Members or quantiles, row-major, one row a forecast; NaN where a member is missing. */
  table: Float64Array;
  columns: number;
  /** Columns that may group the rows: name and one word a row. */
  groups: { name: string; values: string[] }[];
  missingMembers: number;
  /** Lines left out because they have no observation. */
  skippedLines: number;
}

const observationNames = ['observation', 'obs', 'observed', 'truth', 'y'];
const missing = /^(|na|nan|null|none)$/i;
/** More distinct words than this are no grouping. */
const mostGroups = 60;
const mostForecasts = 2_000_000;

interface Columns {
  header: string[];
  observation: number;
  /** Of the forecast: members, or quantiles by ascending level. */
  forecast: number[];
  levels: number[];
  others: number[];
}

/** The level that a column's name gives to a quantile: 0.05 for "q0.05" and "quantile_0.05". */
function levelIn(name: string): number | undefined {
  const found = /^(?:q|quantile)[_ -]?(0?\.\d+)$/.exec(name)?.[1];
  return found === undefined || Number(found) <= 0 ? undefined : Number(found);
}

function columnsOf(header: string[]): Columns {
  const names = header.map((name) => name.trim());
  const lower = names.map((name) => name.toLowerCase());
  const observation = lower.findIndex((name) => observationNames.includes(name));
  if (observation < 0) {
    throw new FileError(
      `Line 1 names the columns ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', \u2026' : ''}; ` +
        'one of them must be called "observation".',
    );
  }
  const members = lower.flatMap((name, i) => (/^(member|ens|mem)[_ -]?\d+$/.test(name) ? [i] : []));
  const quantiles = lower
    .flatMap((name, column) => {
      const level = levelIn(name);
      return level === undefined ? [] : [{ level, column }];
    })
    .sort((a, b) => a.level - b.level);
  const twice = quantiles.find(({ level }, i) => quantiles[i + 1]?.level === level);
  if (twice) throw new FileError(`Line 1 names two columns for the quantile of level ${twice.level}.`);
  const ofQuantiles = members.length === 0 && quantiles.length > 0;
  if (!ofQuantiles && members.length < 2) {
    throw new FileError(
      `Line 1 names ${members.length === 0 ? 'no column' : 'only one column'} like "member_1"; ` +
        'an ensemble needs at least two, "member_1", "member_2" and so on, or quantiles "q0.1", "q0.5".',
    );
  }
  const forecast = ofQuantiles ? quantiles.map(({ column }) => column) : members;
  const levels = ofQuantiles ? quantiles.map(({ level }) => level) : [];
  const others = names.map((_, i) => i).filter((i) => i !== observation && !forecast.includes(i));
  return { header: names, observation, forecast, levels, others };
}

function numberIn(cell: string, line: number, column: string): number {
  const text = cell.trim();
  if (missing.test(text)) return NaN;
  const value = Number(text);
  if (!Number.isFinite(value)) {
    throw new FileError(
      `Line ${line}, column "${column}": found "${text.slice(0, 40)}", need a finite number or nothing.`,
    );
  }
  return value;
}

/** Collects rows into flat arrays. */
class Collector implements LineCollector<Forecasts> {
  private columns: Columns | undefined;
  private line = 0;
  private readonly observations = new GrowingFloat64();
  private readonly table = new GrowingFloat64();
  private words: string[][] = [];
  private missingMembers = 0;
  private skippedLines = 0;

  add(lines: readonly string[][]): void {
    for (const cells of lines) this.addLine(cells);
  }

  private addLine(cells: string[]): void {
    this.line++;
    if (cells.length === 1 && cells[0]?.trim() === '') return;
    if (!this.columns) {
      this.columns = columnsOf(cells);
      this.words = this.columns.others.map(() => []);
      return;
    }
    this.row(cells, this.columns);
  }

  private row(cells: string[], { header, observation, forecast, levels, others }: Columns): void {
    if (cells.length !== header.length) {
      throw new FileError(`Line ${this.line} has ${cells.length} columns; the header has ${header.length}.`);
    }
    if (this.observations.length >= mostForecasts) {
      throw new FileError(
        `The file has more than ${mostForecasts.toLocaleString('en-US')} forecasts; use the command line for it.`,
      );
    }
    const y = numberIn(cells[observation] ?? '', this.line, header[observation] ?? '');
    const row = Float64Array.from(forecast, (column) =>
      numberIn(cells[column] ?? '', this.line, header[column] ?? ''),
    );
    if (Number.isNaN(y)) {
      this.skippedLines++;
      return;
    }
    const present = row.filter((x) => !Number.isNaN(x)).length;
    if (levels.length > 0 && present < row.length)
      throw new FileError(
        `Line ${this.line} has ${present} quantiles with a value; it needs all ${row.length}.`,
      );
    if (levels.length === 0 && present < 2)
      throw new FileError(`Line ${this.line} has ${present} members with a value; a score needs two.`);
    this.missingMembers += row.length - present;
    this.observations.append(Float64Array.of(y));
    this.table.append(row);
    others.forEach((column, k) => this.words[k]?.push((cells[column] ?? '').trim()));
  }

  finish(): Forecasts {
    const { columns } = this;
    if (!columns)
      throw new FileError(
        'The file is empty; it needs a header line with "observation" and "member_1", "member_2" and so on, or ' +
          'quantiles "q0.1", "q0.5".',
      );
    if (this.observations.length === 0)
      throw new FileError('The file has a header but no forecast below it.');
    return {
      form: columns.levels.length > 0 ? 'quantiles' : 'ensemble',
      levels: columns.levels,
      observations: this.observations.view(),
      table: this.table.view(),
      columns: columns.forecast.length,
      groups: columns.others
        .map((column, k) => ({ name: columns.header[column] ?? '', values: this.words[k] ?? [] }))
        .filter(({ values }) => new Set(values).size <= mostGroups),
      missingMembers: this.missingMembers,
      skippedLines: this.skippedLines,
    };
  }
}

/** Parses text that is in memory already. */
export const parseForecasts = (text: string): Forecasts => parseCsv(text, new Collector());

/** Reads a file piece by piece; emits the share read, and stops when the job is cancelled. */
export const readForecasts = (file: File, job: Job): Promise<Forecasts> =>
  readCsv(file, job, new Collector());
