// What the reliability page computes: the diagram in two forms, calibration errors, decompositions, and temperature
// scaling fitted on one half of the rows and judged on the other.

import {
  brierDecomposition,
  corpDecomposition,
  corpReliability,
  ece,
  eceDebiasedL1,
  eceSweep,
  logLoss,
  mce,
  reliabilityTable,
  rocAuc,
  TemperatureModel,
} from 'assay/calibration';
import type { ReliabilityBin } from '../charts/reliability.js';
import type { Classifier } from './data.js';

export type Rows = 'all' | 'second' | 'scaled';
export type Strategy = 'equal_width' | 'equal_mass';

/** Binary forecasts: probability and whether the event happened. */
export interface Forecasts {
  probabilities: Float64Array;
  labels: Int32Array;
}

/** The probability of the named class and whether it was right; for binary classifiers that of class 1. */
export function binaryForecasts({ labels, probabilities, classes, binary }: Classifier): Forecasts {
  if (binary) return { probabilities: probabilities.filter((_, i) => i % 2 === 1), labels };
  const best = new Float64Array(labels.length);
  const right = labels.map((label, i) => {
    let top = 0;
    for (let k = 1; k < classes; k++) {
      if ((probabilities[i * classes + k] ?? 0) > (probabilities[i * classes + top] ?? 0)) top = k;
    }
    best[i] = probabilities[i * classes + top] ?? 0;
    return label === top ? 1 : 0;
  });
  return { probabilities: best, labels: right };
}

function rowsOf(classifier: Classifier, from: number, to: number): Classifier {
  const { classes } = classifier;
  return {
    ...classifier,
    labels: classifier.labels.slice(from, to),
    probabilities: classifier.probabilities.slice(from * classes, to * classes),
  };
}

/** Whether logits exist: no probability is 0. */
export function hasLogits({ probabilities }: Classifier): boolean {
  return probabilities.every((p) => p > 0);
}

/** Fits one temperature on the first half and applies it to the second. */
export function scaleSecondHalf(classifier: Classifier): { scaled: Classifier; temperature: number } {
  const { classes, labels } = classifier;
  const half = Math.floor(labels.length / 2);
  const [first, second] = [rowsOf(classifier, 0, half), rowsOf(classifier, half, labels.length)];
  const matrix = (part: Classifier): { data: Float64Array; shape: [number, number] } => ({
    data: part.probabilities,
    shape: [part.labels.length, classes],
  });
  const model = TemperatureModel.fit(first.labels, matrix(first), { input: 'probabilities' });
  try {
    const transformed = model.transform(matrix(second));
    const probabilities = Float64Array.from('shape' in transformed ? transformed.data : transformed);
    return { scaled: { ...second, probabilities }, temperature: model.parameters().temperature };
  } finally {
    model.dispose();
  }
}

export interface DiagramInput {
  classifier: Classifier;
  rows: Rows;
  bins: number;
  strategy: Strategy;
}

export interface Measure {
  name: string;
  value: number;
  note: string;
}

export interface Diagram {
  bins: ReliabilityBin[];
  before?: ReliabilityBin[];
  corp: { x: Float64Array; cep: Float64Array };
  cases: number;
  meanForecast: number;
  eventRate: number;
  errors: Measure[];
  decomposition: {
    reliability: number;
    resolution: number;
    uncertainty: number;
    withinBins: number;
    brier: number;
  };
  corpParts: { miscalibration: number; discrimination: number; uncertainty: number; score: number };
  logLoss: number;
  auc: number;
  temperature?: number;
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  return sum / values.length;
}

function binsOf({ labels, probabilities }: Forecasts, nBins: number, strategy: Strategy): ReliabilityBin[] {
  const table = reliabilityTable(labels, probabilities, { nBins, strategy, level: 0.95 });
  return Array.from(table.count, (count, k) => ({
    from: table.edges[k] ?? 0,
    to: table.edges[k + 1] ?? 1,
    count,
    meanProbability: table.meanProb[k] ?? NaN,
    frequency: table.meanLabel[k] ?? NaN,
    low: table.lower[k] ?? NaN,
    high: table.upper[k] ?? NaN,
  }));
}

function errorsOf({ labels, probabilities }: Forecasts, nBins: number, strategy: Strategy): Measure[] {
  const sweep = eceSweep(labels, probabilities);
  return [
    {
      name: 'ECE',
      value: ece(labels, probabilities, { nBins, strategy }),
      note: 'mean gap, weighted by cases',
    },
    {
      name: 'ECE, debiased',
      value: eceDebiasedL1(labels, probabilities, { nBins, strategy }),
      note: 'less what chance alone adds',
    },
    { name: 'ECE, sweep', value: sweep.value, note: `most bins that still rise: ${sweep.nBins}` },
    {
      name: 'root mean square',
      value: ece(labels, probabilities, { nBins, strategy, norm: 'l2' }),
      note: 'l2 norm',
    },
    { name: 'largest gap', value: mce(labels, probabilities, { nBins, strategy }), note: 'one bin decides' },
  ];
}

function chosenRows({ classifier, rows }: DiagramInput): { used: Classifier; temperature?: number } {
  if (rows === 'all') return { used: classifier };
  const half = Math.floor(classifier.labels.length / 2);
  if (rows === 'second') return { used: rowsOf(classifier, half, classifier.labels.length) };
  const { scaled, temperature } = scaleSecondHalf(classifier);
  return { used: scaled, temperature };
}

/** Everything the page shows for one choice of classifier, rows and bins. */
export function diagram(input: DiagramInput): Diagram {
  const { bins, strategy, rows } = input;
  const { used, temperature } = chosenRows(input);
  const forecasts = binaryForecasts(used);
  const { labels, probabilities } = forecasts;
  const parts = brierDecomposition(labels, probabilities, { nBins: bins, strategy });
  const corp = corpReliability(labels, probabilities);
  const result: Diagram = {
    bins: binsOf(forecasts, bins, strategy),
    corp: { x: Float64Array.from(corp.x), cep: Float64Array.from(corp.cep) },
    cases: labels.length,
    meanForecast: mean(probabilities),
    eventRate: mean(labels),
    errors: errorsOf(forecasts, bins, strategy),
    decomposition: {
      reliability: parts.reliability,
      resolution: parts.resolution,
      uncertainty: parts.uncertainty,
      withinBins: parts.withinBinVariance - parts.withinBinCovariance,
      brier: parts.brier,
    },
    corpParts: corpDecomposition(labels, probabilities, { score: 'brier' }),
    logLoss: logLoss(labels, probabilities),
    auc: rocAuc(labels, probabilities),
  };
  if (temperature !== undefined) result.temperature = temperature;
  if (rows === 'scaled') {
    const old = chosenRows({ ...input, rows: 'second' }).used;
    result.before = binsOf(binaryForecasts(old), bins, strategy).filter((b) => b.count > 0);
  }
  return result;
}
