/** What a command found, once: printed as text, as JSON for machines, or as a self-contained HTML page. */
import { renameSync, writeFileSync } from 'node:fs';
import { reportPage } from './report_page';

export type Value = string | number | boolean | null;

export interface ReportTable {
  readonly title: string;
  /** Column names; a name ending in "*" is printed left-aligned. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

/** A figure of the HTML page: the name of a chart and the data it draws. */
export interface Figure {
  readonly chart: 'rank-histogram' | 'reliability' | 'intervals' | 'roc';
  readonly title: string;
  readonly caption: string;
  readonly data: unknown;
}

export interface Report {
  readonly title: string;
  /** Sentences that say what was computed, from how many rows and with which settings. */
  readonly notes: readonly string[];
  readonly tables: readonly ReportTable[];
  readonly figures: readonly Figure[];
  /** The same numbers at full precision, for --json. */
  readonly data: unknown;
}

/** Six significant digits, integers as they are. */
export function formatted(value: Value): string {
  if (typeof value !== 'number') return value === null ? '' : String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  if (!Number.isFinite(value)) return String(value);
  return String(Number(value.toPrecision(6)));
}

function textTable(table: ReportTable): string {
  const names = table.columns.map((name) => name.replace(/\*$/, ''));
  const cells = [names, ...table.rows.map((row) => row.map(formatted))];
  const widths = names.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return table.columns[column]?.endsWith('*') ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd();
  return [table.title, ...cells.map((row) => `  ${line(row)}`)].join('\n');
}

function text(report: Report): string {
  return [
    report.title,
    ...report.notes.map((note) => `  ${note}`),
    ...report.tables.map((t) => `\n${textTable(t)}`),
  ].join('\n');
}

/** JSON in which non-finite numbers keep their names instead of becoming null. */
export function json(data: unknown): string {
  const plain = (_: string, value: unknown): unknown => {
    if (ArrayBuffer.isView(value) && !(value instanceof DataView))
      return Array.from(value as unknown as Iterable<unknown>);
    return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  };
  return JSON.stringify(data, plain, 2);
}

export interface Output {
  readonly json?: boolean;
  readonly html?: string;
}

/** Prints the report and, when asked, writes the page: whole or not at all. */
export function deliver(report: Report, output: Output): void {
  if (output.html !== undefined) {
    const partial = `${output.html}.partial`;
    writeFileSync(partial, reportPage(report));
    renameSync(partial, output.html);
  }
  console.log(output.json ? json(report.data) : text(report));
}
