/** `assay tournament`: expected points of the columns (or rows) of a table of scores in competitive Swiss tournaments. */
import { createPool } from 'assay';
import { numbersOf } from './columns';
import { InputError, refuse } from './input_error';
import { Progress } from './progress';
import type { Report } from './report';
import { openTable, type Table } from './table';

export interface TournamentOptions {
  readonly roundsFrom: 'rows' | 'columns';
  readonly rounds?: string;
  readonly simulations: number;
  readonly eliminate: number;
  readonly ties: 'half' | 'none';
  readonly targetStandardError: number;
  readonly level: number;
  readonly seed: number;
  readonly workers?: number;
}

interface Field {
  readonly players: readonly string[];
  readonly rounds: readonly string[];
  /** Row-major, one row a player. */
  readonly scores: Float64Array;
}

/** The table as it stands: the first column names the rows. */
async function readMatrix(table: Table): Promise<{ names: readonly string[]; values: Float64Array }> {
  if (table.columns.length < 2) {
    refuse(
      { file: table.file },
      `${table.columns.length} column`,
      'a column of names and at least one of scores',
    );
  }
  const columns = table.columns.slice(1).map((_, index) => index + 1);
  const names: string[] = [];
  const parts: Float64Array[] = [];
  for await (const batch of table.batches()) {
    names.push(...batch.rows.map((row) => String(row[0])));
    parts.push(numbersOf(table, batch, columns, 'raise', 'a score'));
  }
  if (names.length === 0) throw new InputError(`${table.file}: found a header and no rows, wants scores`);
  const values = new Float64Array(names.length * columns.length);
  let at = 0;
  for (const part of parts) {
    values.set(part, at);
    at += part.length;
  }
  return { names, values };
}

function transposed(values: Float64Array, rows: number, columns: number): Float64Array {
  return Float64Array.from(
    values,
    (_, flat) => values[(flat % rows) * columns + Math.floor(flat / rows)] ?? Number.NaN,
  );
}

async function readField(table: Table, options: TournamentOptions): Promise<Field> {
  const { names, values } = await readMatrix(table);
  const columns = table.columns.slice(1);
  const byRows = options.roundsFrom === 'rows';
  const field: Field = byRows
    ? { players: columns, rounds: names, scores: transposed(values, names.length, columns.length) }
    : { players: names, rounds: columns, scores: values };
  return options.rounds === undefined ? field : withRounds(table, field, options.rounds.split(','));
}

/** The same players over the named rounds only, in the order given. */
function withRounds(table: Table, field: Field, names: readonly string[]): Field {
  const chosen = names.map((name) => {
    const index = field.rounds.indexOf(name.trim());
    if (index < 0)
      refuse({ file: table.file }, `no round ${name.trim()}`, `some of: ${field.rounds.join(', ')}`);
    return index;
  });
  const scores = field.players.flatMap((_, player) =>
    chosen.map((round) => field.scores[player * field.rounds.length + round] ?? Number.NaN),
  );
  return { players: field.players, rounds: names, scores: Float64Array.from(scores) };
}

async function simulate(field: Field, options: TournamentOptions) {
  const pool = await createPool(options.workers === undefined ? {} : { workers: options.workers });
  const progress = new Progress('simulating');
  const scores = {
    data: field.scores,
    shape: [field.players.length, field.rounds.length] as [number, number],
  };
  const eliminate = new Int32Array(field.rounds.length).fill(options.eliminate);
  const { simulations, seed, ties, level, targetStandardError } = options;
  try {
    return await pool.run(
      'competitiveSwissSimulate',
      [scores, eliminate, { simulations, seed, ties, level, targetStandardError }],
      { onProgress: ({ done, total }) => progress.update(done / total) },
    );
  } finally {
    progress.stop();
    await pool[Symbol.asyncDispose]();
  }
}

export async function tournamentReport(path: string, options: TournamentOptions): Promise<Report> {
  const table = await openTable(path);
  const field = await readField(table, options);
  const result = await simulate(field, options);
  const count = field.players.length;
  const ranks = result.rankProbability.data;
  const order = [...field.players.keys()].sort(
    (a, b) => (result.expectedWinScore[b] ?? 0) - (result.expectedWinScore[a] ?? 0),
  );
  const at = (values: ArrayLike<number>, player: number): number => values[player] ?? Number.NaN;
  const percent = `${100 * options.level}%`;
  const matches = result.matchesPerRound.reduce((sum, value) => sum + value, 0);
  return {
    title: `Competitive Swiss tournaments of ${table.file}`,
    notes: [
      `${count} competitors, ${field.rounds.length} rounds, ${options.eliminate} eliminated after each round`,
      `${result.simulationsRun} simulated tournaments, seed ${options.seed}, ${percent} intervals`,
      `${matches.toPrecision(4)} matches a tournament: fewer each round, since only equals in points meet`,
    ],
    tables: [
      {
        title: 'expected points',
        columns: ['competitor*', 'points', 'std error', 'lower', 'upper', 'P(first)', 'P(last)'],
        rows: order.map((player) => [
          field.players[player] ?? '',
          at(result.expectedWinScore, player),
          at(result.standardError, player),
          at(result.confidenceLower, player),
          at(result.confidenceUpper, player),
          at(ranks, player * count),
          at(ranks, player * count + count - 1),
        ]),
      },
    ],
    figures: [
      {
        chart: 'intervals',
        title: 'Expected points',
        caption: `Mean points of ${result.simulationsRun} tournaments with ${percent} intervals.`,
        data: {
          label: 'expected points',
          rows: order.map((player) => ({
            name: field.players[player] ?? '',
            value: at(result.expectedWinScore, player),
            low: at(result.confidenceLower, player),
            high: at(result.confidenceUpper, player),
          })),
        },
      },
    ],
    data: { file: table.file, options, players: field.players, rounds: field.rounds, result },
  };
}
