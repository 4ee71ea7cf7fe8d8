// Reading a file of probabilities: a table whose columns the page's visitor then names as label, probability and group.

import { GrowingFloat64 } from '../../bindings/cli/growing.js';
import { FileError, parseCsv, readCsv, type LineCollector } from '../lib/read-csv.js';
import type { Job } from '../lib/rpc.js';

/** More distinct words than this are no grouping. */
const mostGroups = 40;
const mostRows = 20_000_000;

/** One column: its numbers, NaN where a cell is none, and its words while they are few. */
export interface Column {
  readonly name: string;
  readonly numbers: Float64Array;
  /** Distinct words and the number of the word of each row; absent when there are too many. */
  readonly words: { readonly names: readonly string[]; readonly codes: Float64Array } | undefined;
}

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: number;
}

class GrowingColumn {
  private readonly numbers = new GrowingFloat64();
  private readonly codes = new GrowingFloat64();
  private names: Map<string, number> | undefined = new Map();

  constructor(private readonly name: string) {}

  append(cells: readonly string[]): void {
    const numbers = new Float64Array(cells.length);
    const codes = new Float64Array(cells.length);
    cells.forEach((cell, i) => {
      const text = cell.trim();
      numbers[i] = text === '' ? NaN : Number(text);
      let code = this.names?.get(text);
      if (code === undefined && this.names) {
        code = this.names.size;
        this.names.set(text, code);
        if (this.names.size > mostGroups) this.names = undefined;
      }
      codes[i] = code ?? 0;
    });
    this.numbers.append(numbers);
    if (this.names) this.codes.append(codes);
  }

  finish(): Column {
    return {
      name: this.name,
      numbers: this.numbers.view(),
      words: this.names && { names: [...this.names.keys()], codes: this.codes.view() },
    };
  }
}

/** Collects pieces of a file into columns. */
class Collector implements LineCollector<Table> {
  private columns: GrowingColumn[] | undefined;
  private line = 0;
  private rows = 0;

  add(lines: readonly string[][]): void {
    const cells: string[][] = (this.columns ?? []).map(() => []);
    for (const line of lines) {
      this.line++;
      if (line.length === 1 && line[0]?.trim() === '') continue;
      if (!this.columns) {
        this.columns = line.map((name) => new GrowingColumn(name.trim()));
        this.columns.forEach(() => cells.push([]));
        continue;
      }
      if (line.length !== this.columns.length)
        throw new FileError(
          `Line ${this.line} has ${line.length} columns; the header has ${this.columns.length}.`,
        );
      line.forEach((cell, k) => cells[k]?.push(cell));
      this.rows++;
    }
    if (this.rows > mostRows)
      throw new FileError(
        `The file has more than ${mostRows.toLocaleString('en-US')} rows; use the command line for it.`,
      );
    this.columns?.forEach((column, k) => column.append(cells[k] ?? []));
  }

  finish(): Table {
    if (!this.columns)
      throw new FileError('The file is empty; it needs a header line with the names of its columns.');
    if (this.rows === 0) throw new FileError('The file has a header but no row below it.');
    return { columns: this.columns.map((column) => column.finish()), rows: this.rows };
  }
}

/** Parses text that is in memory already. */
export const parseTable = (text: string): Table => parseCsv(text, new Collector());

/** Reads a file piece by piece; emits the share read, and stops when the job is cancelled. */
export const readTable = (file: File, job: Job): Promise<Table> => readCsv(file, job, new Collector());
