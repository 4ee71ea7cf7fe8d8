/** `assay calibration`: reliability, calibration errors and scores of binary probabilities by group. */
import {
  brierDecomposition,
  calibrationBootstrap,
  corpDecomposition,
  corpReliability,
  eceDebiasedL2,
  mce,
  reliabilityTable,
} from 'assay';
import { columnIndex, numbersOf, wordsOf } from './columns';
import { Groups, GrowingFloat64 } from './growing';
import { InputError, refuse } from './input_error';
import { Progress } from './progress';
import type { Report, Value } from './report';
import { openTable, type Batch, type Table } from './table';

export interface CalibrationOptions {
  readonly label: string;
  readonly probability: string;
  readonly by?: string;
  readonly bins: number;
  readonly level: number;
  readonly bootstrap: number;
  readonly seed: number;
}

interface Sample {
  readonly group: string;
  readonly labels: Uint8Array;
  readonly probabilities: Float64Array;
}

function checked(
  table: Table,
  batch: Batch,
  column: number,
  allowed: (value: number) => boolean,
  wants: string,
) {
  const values = numbersOf(table, batch, [column], 'raise', wants);
  const bad = values.findIndex((value) => !allowed(value));
  if (bad >= 0) {
    const place = { file: table.file, row: batch.firstRow + bad, column: table.columns[column] ?? '' };
    refuse(place, String(values[bad]), wants);
  }
  return values;
}

async function collect(table: Table, options: CalibrationOptions): Promise<readonly Sample[]> {
  const label = columnIndex(table, options.label);
  const probability = columnIndex(table, options.probability);
  const by = options.by === undefined ? undefined : columnIndex(table, options.by);
  const labels = new GrowingFloat64();
  const probabilities = new GrowingFloat64();
  const groups = new Groups();
  const progress = new Progress(`reading ${table.file}`);
  for await (const batch of table.batches()) {
    labels.append(checked(table, batch, label, (value) => value === 0 || value === 1, 'a label 0 or 1'));
    probabilities.append(
      checked(table, batch, probability, (value) => value >= 0 && value <= 1, 'a probability from 0 to 1'),
    );
    if (by !== undefined) groups.append(wordsOf(batch, by));
    progress.update(batch.done);
  }
  progress.stop();
  if (labels.length === 0)
    throw new InputError(`${table.file}: found a header and no rows, wants labels and probabilities`);
  const sample = (group: string, pick: (values: Float64Array) => Float64Array): Sample => ({
    group,
    labels: Uint8Array.from(pick(labels.view())),
    probabilities: Float64Array.from(pick(probabilities.view())),
  });
  const all = sample('all', (values) => values);
  if (by === undefined) return [all];
  return [...groups.names.map((name, code) => sample(name, (values) => groups.select(values, code))), all];
}

type Metric = 'brier' | 'log_loss' | 'ece' | 'auc';
const metrics: readonly (readonly [Metric, string])[] = [
  ['brier', 'Brier score'],
  ['log_loss', 'log loss'],
  ['ece', 'expected calibration error'],
  ['auc', 'area under ROC'],
];

/** Percentiles, but for the calibration error: its resamples are biased upward, which the basic interval reflects back. */
const methodOf = (metric: Metric): 'basic' | 'percentile' => (metric === 'ece' ? 'basic' : 'percentile');

function judge({ group, labels, probabilities }: Sample, options: CalibrationOptions) {
  const bins = { nBins: options.bins };
  const interval = { nBoot: options.bootstrap, level: options.level, seed: options.seed };
  const bothClasses = labels.includes(0) && labels.includes(1);
  const intervals = metrics
    .filter(([metric]) => metric !== 'auc' || bothClasses)
    .map(([metric, name]) => ({
      metric,
      name,
      ...calibrationBootstrap(labels, probabilities, {
        metric,
        method: methodOf(metric),
        ...bins,
        ...interval,
      }),
    }));
  return {
    group,
    count: labels.length,
    baseRate: labels.reduce((sum, label) => sum + label, 0) / labels.length,
    intervals,
    mce: mce(labels, probabilities, bins),
    eceDebiasedL2: eceDebiasedL2(labels, probabilities, bins),
    brierDecomposition: brierDecomposition(labels, probabilities, bins),
    corpDecomposition: corpDecomposition(labels, probabilities),
    reliability: reliabilityTable(labels, probabilities, { ...bins, level: options.level }),
    corp: corpReliability(labels, probabilities),
  };
}

type Judgement = ReturnType<typeof judge>;

function reliabilityRows({ reliability }: Judgement): readonly (readonly Value[])[] {
  const { edges, count, meanProb, meanLabel, lower, upper } = reliability;
  const rows: Value[][] = [];
  for (let bin = 0; bin < count.length; bin++) {
    if (count[bin] === 0) continue;
    const at = (values: ArrayLike<number>, index = bin): Value => values[index] ?? null;
    rows.push([at(edges), at(edges, bin + 1), at(count), at(meanProb), at(meanLabel), at(lower), at(upper)]);
  }
  return rows;
}

export async function calibrationReport(path: string, options: CalibrationOptions): Promise<Report> {
  const table = await openTable(path);
  const judgements = (await collect(table, options)).map((sample) => judge(sample, options));
  const percent = `${100 * options.level}%`;
  return {
    title: `Calibration of ${options.probability} in ${table.file}`,
    notes: [
      `${options.bins} bins of equal width; scores and errors: lower is better; area under ROC: higher is better`,
      `${percent} intervals from ${options.bootstrap} bootstrap samples of the rows, seed ${options.seed}`,
      'the plug-in expected calibration error is biased upward in small samples: read it beside the debiased one',
    ],
    tables: judgements.flatMap((judgement) => [
      {
        title: `${judgement.group}: ${judgement.count} rows, base rate ${judgement.baseRate.toPrecision(4)}`,
        columns: ['measure*', 'estimate', 'lower', 'upper'],
        rows: [
          ...judgement.intervals.map(({ name, estimate, lower, upper }) => [name, estimate, lower, upper]),
          ['maximum calibration error', judgement.mce, null, null],
          ['debiased calibration error, root mean square', judgement.eceDebiasedL2.value, null, null],
          ['miscalibration (CORP, Brier)', judgement.corpDecomposition.miscalibration, null, null],
          ['discrimination (CORP, Brier)', judgement.corpDecomposition.discrimination, null, null],
          ['uncertainty (CORP, Brier)', judgement.corpDecomposition.uncertainty, null, null],
        ],
      },
      {
        title: `${judgement.group}: reliability`,
        columns: ['from', 'to', 'count', 'mean forecast', 'observed rate', 'lower', 'upper'],
        rows: reliabilityRows(judgement),
      },
    ]),
    figures: judgements.map((judgement) => ({
      chart: 'reliability' as const,
      title: `Reliability, ${judgement.group}`,
      caption: `Observed rate against mean forecast of ${judgement.count} rows in ${options.bins} bins with ${percent} Wilson intervals, and the isotonic (CORP) curve; on the diagonal when calibrated.`,
      data: { reliability: judgement.reliability, corp: judgement.corp },
    })),
    data: { file: table.file, options, groups: judgements },
  };
}
