/** Tables on disk as a stream of batches of rows, so that a file may be larger than memory: CSV, JSON Lines, Parquet. */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { createInterface } from 'node:readline';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import Papa from 'papaparse';
import { InputError, refuse, shown } from './input_error';

export type Cell = unknown;
export type Row = readonly Cell[];

/** Consecutive rows; `firstRow` counts from 1 and leaves the header out. `done` is the share of the file read so far. */
export interface Batch {
  readonly firstRow: number;
  readonly rows: readonly Row[];
  readonly done: number;
}

export interface Table {
  readonly file: string;
  readonly columns: readonly string[];
  readonly batches: () => AsyncIterable<Batch>;
}

const batchRows = 16_384;

/** Opens a table by its extension; anything that is not .jsonl, .ndjson or .parquet is read as CSV (or TSV). */
export async function openTable(path: string): Promise<Table> {
  if (!existsSync(path) || !statSync(path).isFile()) throw new InputError(`${path}: no such file`);
  if (statSync(path).size === 0)
    throw new InputError(`${path}: found an empty file, wants a header and rows`);
  switch (extname(path).toLowerCase()) {
    case '.parquet':
      return openParquet(path);
    case '.jsonl':
    case '.ndjson':
      return openJsonLines(path);
    default:
      return openCsv(path);
  }
}

/** Cuts a stream of rows into batches. */
async function* inBatches(rows: AsyncIterable<Row>, progress: () => number): AsyncGenerator<Batch> {
  let firstRow = 1;
  let pending: Row[] = [];
  for await (const row of rows) {
    pending.push(row);
    if (pending.length < batchRows) continue;
    yield { firstRow, rows: pending, done: progress() };
    firstRow += pending.length;
    pending = [];
  }
  if (pending.length > 0) yield { firstRow, rows: pending, done: 1 };
}

interface CsvSource {
  readonly rows: AsyncIterable<unknown>;
  readonly progress: () => number;
  readonly close: () => void;
}

function csvSource(path: string): CsvSource {
  const size = statSync(path).size;
  const file = createReadStream(path, { encoding: 'utf8' });
  const parser = Papa.parse(Papa.NODE_STREAM_INPUT, { skipEmptyLines: true });
  file.on('error', (error) => parser.destroy(error));
  return {
    rows: file.pipe(parser),
    progress: () => file.bytesRead / size,
    close: () => {
      file.destroy();
      parser.destroy();
    },
  };
}

function isRow(value: unknown): value is Row {
  return Array.isArray(value);
}

async function openCsv(path: string): Promise<Table> {
  const file = basename(path);
  const source = csvSource(path);
  let columns: string[] | undefined;
  for await (const row of source.rows) {
    if (isRow(row))
      columns = row.map((name) =>
        String(name)
          .replace(/^\uFEFF/, '')
          .trim(),
      );
    break;
  }
  source.close();
  if (columns === undefined) throw new InputError(`${file}: found no header line, wants column names`);
  const width = columns.length;
  async function* rows(body: CsvSource): AsyncGenerator<Row> {
    let number = 0;
    for await (const row of body.rows) {
      if (!isRow(row)) continue;
      if (number > 0 && row.length !== width) {
        refuse({ file, row: number }, `${row.length} cells`, `${width}, one for each column of the header`);
      }
      if (number > 0) yield row;
      number += 1;
    }
  }
  return {
    file,
    columns,
    batches: () => {
      const body = csvSource(path);
      return inBatches(rows(body), body.progress);
    },
  };
}

function parseRecord(file: string, row: number, line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // told below, like any other line that is not an object
  }
  return refuse({ file, row }, shown(line), 'one JSON object a line');
}

async function openJsonLines(path: string): Promise<Table> {
  const file = basename(path);
  const size = statSync(path).size;
  async function* records(
    stream: ReturnType<typeof createReadStream>,
  ): AsyncGenerator<Readonly<Record<string, unknown>>> {
    let row = 0;
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
      if (line.trim() === '') continue;
      row += 1;
      yield parseRecord(file, row, line);
    }
  }
  const head = createReadStream(path, { encoding: 'utf8' });
  let columns: readonly string[] = [];
  for await (const record of records(head)) {
    columns = Object.keys(record);
    break;
  }
  head.destroy();
  if (columns.length === 0) throw new InputError(`${file}: found no records, wants one JSON object a line`);
  const names = columns;
  async function* rows(stream: ReturnType<typeof createReadStream>): AsyncGenerator<Row> {
    for await (const record of records(stream)) yield names.map((name) => record[name]);
  }
  return {
    file,
    columns,
    batches: () => {
      const stream = createReadStream(path, { encoding: 'utf8' });
      return inBatches(rows(stream), () => stream.bytesRead / size);
    },
  };
}

async function openParquet(path: string): Promise<Table> {
  const name = basename(path);
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file).catch((error: unknown) => {
    throw new InputError(`${name}: found no Parquet metadata (${String(error)}), wants a Parquet file`);
  });
  const columns = parquetSchema(metadata).children.map((child) => child.element.name);
  const total = Number(metadata.num_rows);
  async function* batches(): AsyncGenerator<Batch> {
    for (let rowStart = 0; rowStart < total; rowStart += batchRows) {
      const rowEnd = Math.min(rowStart + batchRows, total);
      const records = await parquetReadObjects({ file, metadata, compressors, rowStart, rowEnd });
      const rows = records.map((record) => columns.map((column) => record[column]));
      yield { firstRow: rowStart + 1, rows, done: rowEnd / total };
    }
  }
  return { file: name, columns, batches };
}
