// Reading a table of models and benchmarks from CSV text: a first column of names, then one column a model, one row a
// benchmark (as in the Atari files), or the other way round.

import Papa from 'papaparse';
import type { ScoreTable } from './model.js';

export class TableError extends Error {}

function numberAt(cell: string | undefined, row: number, column: string): number {
  const text = (cell ?? '').trim();
  const value = Number(text);
  if (text === '' || !Number.isFinite(value)) {
    throw new TableError(
      `Line ${row}, column "${column}": found ${text === '' ? 'nothing' : `"${text}"`}, need a number.`,
    );
  }
  return value;
}

/** Parses the text; `benchmarksInRows` says which way it lies. */
export function parseTable(text: string, benchmarksInRows: boolean): ScoreTable {
  const { data } = Papa.parse<string[]>(text.trim(), { skipEmptyLines: 'greedy' });
  const [header, ...lines] = data;
  if (!header || header.length < 2 || lines.length === 0) {
    throw new TableError('Need a header line with names and at least one line of numbers below it.');
  }
  const across = header.slice(1).map((name) => name.trim());
  const down = lines.map((line) => (line[0] ?? '').trim());
  const cells = lines.map((line, r) => {
    if (line.length !== header.length) {
      throw new TableError(`Line ${r + 2} has ${line.length} columns, the header has ${header.length}.`);
    }
    return across.map((column, c) => numberAt(line[c + 1], r + 2, column));
  });
  const scores = benchmarksInRows ? across.map((_, c) => cells.map((row) => row[c] ?? 0)) : cells;
  const models = benchmarksInRows ? across : down;
  if (models.length < 2) throw new TableError('Need at least two models.');
  if (models.length > 64) throw new TableError(`Found ${models.length} models; this page draws at most 64.`);
  return { models, benchmarks: benchmarksInRows ? down : across, scores };
}
