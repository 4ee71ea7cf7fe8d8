/** `assay calibration`: the calibration report of binary probabilities, by group. */
import { calibrationReport as judged, type CalibrationReportGroup } from 'assay';
import { columnIndex, numbersOf, wordsOf } from './columns';
import { Groups, GrowingFloat64 } from './growing';
import { InputError, refuse } from './input_error';
import { Progress } from './progress';
import type { Figure, Report, ReportTable, Value } from './report';
import { openTable, type Batch, type Table } from './table';

export interface CalibrationOptions {
  readonly label: string;
  readonly probability: string;
  readonly weight?: string;
  readonly by?: string;
  readonly bins: number;
  readonly level: number;
  readonly bootstrap: number;
  readonly seed: number;
}

/** The columns of a file that are judged. */
interface Sample {
  readonly labels: Uint8Array;
  readonly probabilities: Float64Array;
  readonly weights?: Float64Array;
  readonly groups: Groups;
  readonly codes?: Int32Array;
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

async function collect(table: Table, options: CalibrationOptions): Promise<Sample> {
  const column = (name: string | undefined): number | undefined =>
    name === undefined ? undefined : columnIndex(table, name);
  const label = columnIndex(table, options.label);
  const probability = columnIndex(table, options.probability);
  const [weight, by] = [column(options.weight), column(options.by)];
  const [labels, probabilities, weights] = [new GrowingFloat64(), new GrowingFloat64(), new GrowingFloat64()];
  const codes = new GrowingFloat64();
  const groups = new Groups();
  const progress = new Progress(`reading ${table.file}`);
  for await (const batch of table.batches()) {
    labels.append(checked(table, batch, label, (value) => value === 0 || value === 1, 'a label 0 or 1'));
    probabilities.append(
      checked(table, batch, probability, (value) => value >= 0 && value <= 1, 'a probability from 0 to 1'),
    );
    if (weight !== undefined)
      weights.append(checked(table, batch, weight, (value) => value >= 0, 'a weight of at least 0'));
    if (by !== undefined) codes.append(Float64Array.from(groups.codes(wordsOf(batch, by))));
    progress.update(batch.done);
  }
  progress.stop();
  if (labels.length === 0)
    throw new InputError(`${table.file}: found a header and no rows, wants labels and probabilities`);
  return {
    labels: Uint8Array.from(labels.view()),
    probabilities: probabilities.view(),
    groups,
    ...(weight !== undefined && { weights: weights.view() }),
    ...(by !== undefined && { codes: Int32Array.from(codes.view()) }),
  };
}

type Named = CalibrationReportGroup & { readonly name: string };

function judge(sample: Sample, options: CalibrationOptions): readonly Named[] {
  const { groups, whole } = judged(sample.labels, sample.probabilities, {
    ...(sample.weights && { weights: sample.weights }),
    ...(sample.codes && { groups: sample.codes }),
    nBins: options.bins,
    nBoot: options.bootstrap,
    level: options.level,
    seed: options.seed,
  });
  return [
    ...groups.map((group) => ({ ...group, name: sample.groups.names[group.group] ?? '' })),
    { ...whole, name: 'all' },
  ];
}

// ---- tables ----

const orNull = (value: number): Value => (Number.isNaN(value) ? null : value);

const metricNames: Readonly<Record<keyof CalibrationReportGroup['metrics'], string>> = {
  brierScore: 'Brier score',
  logLoss: 'log loss',
  brierSkillScore: 'Brier skill against the base rate',
  ece: 'expected calibration error',
  eceDebiasedL1: 'the same, less its bias',
  eceDebiasedL2: 'root mean square error of the bins, less its bias',
  eceSweep: 'expected calibration error, bins by sweep',
  mce: 'maximum calibration error',
  ksCalibrationError: 'largest cumulative error (KS)',
  smoothEce: 'smooth calibration error',
  balanceScore: 'Balance score, below 0: over-confident',
  miscalibration: 'miscalibration (CORP, Brier)',
  discrimination: 'discrimination (CORP, Brier)',
  rocAuc: 'area under ROC',
  averagePrecision: 'average precision',
  eer: 'equal error rate',
};

function metricTable(group: Named): ReportTable {
  const names = Object.entries(metricNames) as [keyof typeof metricNames, string][];
  return {
    title: `${group.name}: ${group.count} rows, base rate ${group.baseRate.toPrecision(4)}, mean forecast ${group.meanProbability.toPrecision(4)}`,
    columns: ['measure*', 'estimate', 'lower', 'upper', 'std error'],
    rows: names
      .filter(([key]) => !Number.isNaN(group.metrics[key].estimate))
      .map(([key, name]) => {
        const { estimate, lower, upper, stdError } = group.metrics[key];
        return [name, ...[estimate, lower, upper, stdError].map(orNull)];
      }),
  };
}

function testTable({ name, tests, recalibration }: Named): ReportTable {
  const rows: readonly (readonly [string, { readonly statistic: number; readonly pValue: number }])[] = [
    ['Hosmer-Lemeshow chi-square', tests.hosmerLemeshow],
    ['Spiegelhalter z', tests.spiegelhalterZ],
    ['miscalibration (CORP, Brier)', tests.miscalibrationTest],
    [
      `log-odds: slope ${recalibration.slope.toPrecision(4)}, intercept ${recalibration.intercept.toPrecision(4)}`,
      tests.slopeIntercept,
    ],
  ];
  return {
    title: `${name}: tests of calibration`,
    columns: ['test*', 'statistic', 'p'],
    rows: rows
      .filter(([, { pValue }]) => !Number.isNaN(pValue))
      .map(([test, { statistic, pValue }]) => [test, statistic, pValue]),
  };
}

function decompositionTable({ name, brierDecomposition: brier, corpBrier, corpLog }: Named): ReportTable {
  const corp = ({ score, miscalibration, discrimination, uncertainty }: typeof corpBrier): Value[] =>
    [score, miscalibration, discrimination, uncertainty].map(orNull);
  return {
    title: `${name}: score = miscalibration - discrimination + uncertainty`,
    columns: ['decomposition*', 'score', 'miscalibration', 'discrimination', 'uncertainty', 'within bins'],
    rows: [
      ['Brier score, isotonic (CORP)', ...corp(corpBrier), null],
      ['log loss, isotonic (CORP)', ...corp(corpLog), null],
      [
        'Brier score, bins (Murphy)',
        brier.brier,
        brier.reliability,
        brier.resolution,
        brier.uncertainty,
        brier.withinBinVariance - brier.withinBinCovariance,
      ],
    ],
  };
}

function reliabilityTable({ name, table }: Named): ReportTable {
  const { edges, count, meanProb, meanLabel, lower, upper } = table;
  const rows: Value[][] = [];
  for (let bin = 0; bin < count.length; bin++) {
    if (count[bin] === 0) continue;
    const at = (values: ArrayLike<number>, index = bin): Value => values[index] ?? null;
    rows.push([at(edges), at(edges, bin + 1), at(count), at(meanProb), at(meanLabel), at(lower), at(upper)]);
  }
  return {
    title: `${name}: reliability`,
    columns: ['from', 'to', 'count', 'mean forecast', 'observed rate', 'lower', 'upper'],
    rows,
  };
}

// ---- figures ----

function figuresOf(group: Named, options: CalibrationOptions): readonly Figure[] {
  const { name, table, corp, roc } = group;
  const percent = `${100 * options.level}%`;
  const reliability: Figure = {
    chart: 'reliability',
    title: `Reliability, ${name}`,
    caption: `Observed rate against mean forecast of ${group.count} rows in ${options.bins} bins with ${percent} Wilson intervals, and the isotonic (CORP) curve. A calibrated forecast keeps its curve within the grey band at ${percent} of the probabilities.`,
    data: { reliability: table, corp, band: corp },
  };
  if (roc.fpr.length === 0) return [reliability];
  const area = group.metrics.rocAuc.estimate;
  return [
    reliability,
    {
      chart: 'roc',
      title: `Discrimination, ${name}`,
      caption: `ROC curve; the area under it is ${area.toPrecision(4)}, on the diagonal it is 1/2.`,
      data: { curves: [{ name, fpr: roc.fpr, tpr: roc.tpr, area }] },
    },
  ];
}

export async function calibrationReport(path: string, options: CalibrationOptions): Promise<Report> {
  const table = await openTable(path);
  const groups = judge(await collect(table, options), options);
  return {
    title: `Calibration of ${options.probability} in ${table.file}`,
    notes: [
      `${options.bins} bins of equal width; of scores and errors lower is better; of skill, discrimination, area and precision higher is better`,
      `${100 * options.level}% intervals from ${options.bootstrap} bootstrap samples of the rows, seed ${options.seed}`,
      'the plug-in expected calibration error is biased upward in small samples: read it beside the debiased one',
    ],
    tables: groups.flatMap((group) => [
      metricTable(group),
      testTable(group),
      decompositionTable(group),
      reliabilityTable(group),
    ]),
    figures: groups.flatMap((group) => figuresOf(group, options)),
    data: { file: table.file, options, groups },
  };
}
