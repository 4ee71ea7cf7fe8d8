/** Columns of a table by name or pattern, and their cells as numbers. */
import type { Batch, Cell, Table } from './table';
import { refuse, shown } from './input_error';

/** Index of the column called `name`. */
export function columnIndex(table: Table, name: string): number {
  const index = table.columns.indexOf(name);
  if (index < 0) refuse({ file: table.file }, `no column ${name}`, `one of: ${table.columns.join(', ')}`);
  return index;
}

/** Indices of the columns that match `pattern`: names separated by commas, `*` for any characters. */
export function columnIndices(table: Table, pattern: string): readonly number[] {
  const globs = pattern.split(',').map((part) => {
    const escaped = part.trim().replace(/[.+?^${}()|[\]\\]/g, '\\$&');
    return new RegExp(`^${escaped.replaceAll('*', '.*')}$`);
  });
  const found = table.columns.flatMap((name, index) =>
    globs.some((glob) => glob.test(name)) ? [index] : [],
  );
  if (found.length === 0) {
    refuse(
      { file: table.file },
      `no column like ${pattern}`,
      `a pattern that fits some of: ${table.columns.join(', ')}`,
    );
  }
  return found;
}

/** The number in a cell, NaN for a missing one, undefined for anything else. */
export function numberIn(cell: Cell): number | undefined {
  if (typeof cell === 'number') return cell;
  if (typeof cell === 'bigint' || typeof cell === 'boolean') return Number(cell);
  if (cell === null || cell === undefined) return Number.NaN;
  if (typeof cell !== 'string') return undefined;
  const text = cell.trim();
  if (text === '' || /^(na|nan|null)$/i.test(text)) return Number.NaN;
  const value = Number(text);
  return Number.isNaN(value) ? undefined : value;
}

/** The cells of the columns `indices` as a row-major matrix. Missing cells are refused unless `missing` is "omit". */
export function numbersOf(
  table: Table,
  batch: Batch,
  indices: readonly number[],
  missing: 'raise' | 'omit',
  wants = 'a number',
): Float64Array {
  const numbers = new Float64Array(batch.rows.length * indices.length);
  let at = 0;
  batch.rows.forEach((row, offset) => {
    for (const index of indices) {
      const value = numberIn(row[index]);
      const allowed =
        value !== undefined && (Number.isFinite(value) || (missing === 'omit' && Number.isNaN(value)));
      if (!allowed) {
        const place = { file: table.file, row: batch.firstRow + offset, column: table.columns[index] ?? '' };
        refuse(place, shown(row[index]), wants);
      }
      numbers[at++] = value;
    }
  });
  return numbers;
}

/** The cells of one column as text. */
export function wordsOf(batch: Batch, index: number): readonly string[] {
  return batch.rows.map((row) => String(row[index] ?? ''));
}
