// What the calibration page computes: the columns that were chosen become arguments of one call of the library.

import type { CalibrationReportGroup, CalibrationReportOptions } from 'assay/calibration';
import { FileError } from '../lib/read-csv.js';
import type { Column, Table } from './read.js';

export interface ReportChoice {
  /** Names of columns. */
  readonly label: string;
  readonly probability: string;
  /** '' for no groups. */
  readonly by: string;
  readonly bins: number;
  readonly seed: number;
}

/** Arguments of calibrationReport, and the names of its groups. */
export interface Arguments {
  readonly labels: Uint8Array;
  readonly probabilities: Float64Array;
  readonly groups: Int32Array | undefined;
  readonly names: readonly string[];
}

/** What the page needs to know of a file to offer choices. */
export interface TableSummary {
  readonly rows: number;
  /** Columns of 0 and 1. */
  readonly labels: readonly string[];
  /** Columns of numbers from 0 to 1. */
  readonly probabilities: readonly string[];
  readonly groups: readonly string[];
}

const isLabel = (value: number): boolean => value === 0 || value === 1;
const isProbability = (value: number): boolean => value >= 0 && value <= 1;

export function summaryOf({ columns, rows }: Table): TableSummary {
  const named = (wanted: (column: Column) => boolean): string[] =>
    columns.filter(wanted).map(({ name }) => name);
  const labels = named(({ numbers }) => numbers.every(isLabel));
  return {
    rows,
    labels,
    probabilities: named(({ name, numbers }) => numbers.every(isProbability) && !labels.includes(name)),
    groups: named(({ words }) => words !== undefined && words.names.length > 1),
  };
}

function columnOf({ columns }: Table, name: string): Column {
  const found = columns.find((column) => column.name === name);
  if (!found) throw new FileError(`The file has no column "${name}".`);
  return found;
}

function checked(column: Column, allowed: (value: number) => boolean, wants: string): Float64Array {
  const bad = column.numbers.findIndex((value) => !allowed(value));
  if (bad >= 0)
    throw new FileError(
      `Row ${bad + 1}, column "${column.name}": found ${String(column.numbers[bad])}, need ${wants}.`,
    );
  return column.numbers;
}

export function argumentsOf(table: Table, { label, probability, by }: ReportChoice): Arguments {
  const words = by === '' ? undefined : columnOf(table, by).words;
  return {
    labels: Uint8Array.from(checked(columnOf(table, label), isLabel, '0 or 1')),
    probabilities: checked(columnOf(table, probability), isProbability, 'a number from 0 to 1'),
    groups: words && Int32Array.from(words.codes),
    names: words?.names ?? [],
  };
}

/** Options of the library's call for the page's choices. */
export function optionsOf({ groups }: Arguments, { bins, seed }: ReportChoice): CalibrationReportOptions {
  return { nBins: bins, seed, level: 0.9, nBoot: 1000, ...(groups && { groups }) };
}

/** Metrics the page lists: key, name, and which way is better. */
export const metricRows: readonly {
  readonly key: keyof CalibrationReportGroup['metrics'];
  readonly name: string;
  readonly better: 'lower' | 'higher' | 'zero';
}[] = [
  { key: 'brierScore', name: 'Brier score', better: 'lower' },
  { key: 'logLoss', name: 'log loss (nats)', better: 'lower' },
  { key: 'brierSkillScore', name: 'Brier skill against the base rate', better: 'higher' },
  { key: 'ece', name: 'expected calibration error', better: 'lower' },
  { key: 'eceDebiasedL1', name: 'expected calibration error, less its bias', better: 'lower' },
  { key: 'eceDebiasedL2', name: 'root mean square error, less its bias', better: 'lower' },
  { key: 'eceSweep', name: 'expected calibration error, bins by sweep', better: 'lower' },
  { key: 'mce', name: 'maximum calibration error', better: 'lower' },
  { key: 'ksCalibrationError', name: 'largest cumulative error (KS)', better: 'lower' },
  { key: 'smoothEce', name: 'smooth calibration error', better: 'lower' },
  { key: 'balanceScore', name: 'Balance score, below 0 over-confident', better: 'zero' },
  { key: 'miscalibration', name: 'miscalibration (CORP)', better: 'lower' },
  { key: 'discrimination', name: 'discrimination (CORP)', better: 'higher' },
  { key: 'rocAuc', name: 'area under ROC', better: 'higher' },
  { key: 'averagePrecision', name: 'average precision', better: 'higher' },
  { key: 'eer', name: 'equal error rate', better: 'lower' },
];

/** Rows of a made-up file for trying the size: over-confident probabilities with a log-odds slope of 0.8. */
export function madeUpTable(rows: number, seed: number): Table {
  let state = seed >>> 0;
  const uniform = (): number => {
    // mulberry32: good enough for a test of speed
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const probability = new Float64Array(rows);
  const label = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const p = (uniform() + uniform()) / 2;
    probability[i] = p;
    const odds = (p / (1 - p)) ** 0.8;
    label[i] = uniform() < odds / (1 + odds) ? 1 : 0;
  }
  return {
    rows,
    columns: [
      { name: 'label', numbers: label, words: undefined },
      { name: 'probability', numbers: probability, words: undefined },
    ],
  };
}
