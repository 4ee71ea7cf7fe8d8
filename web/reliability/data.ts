// The classifiers of the reliability page and how their files are read.

import Papa from 'papaparse';

export type Source = 'lenet' | 'wideresnet' | 'naive_bayes' | 'logistic' | 'forest';

export interface SourceInfo {
  value: Source;
  name: string;
  file: string;
  /** Column of the CSV file, for the binary classifiers. */
  column?: string;
  /** What a forecast says, for the axis. */
  event: string;
  about: string;
}

const breastCancer = 'breast_cancer_oof.csv';

export const sources: readonly SourceInfo[] = [
  {
    value: 'lenet',
    name: 'LeNet-5 on CIFAR-10',
    file: 'lenet_5_cifar_10.bin',
    event: 'probability of the predicted class',
    about:
      'A small convolutional network on 5,000 test images; the forecast is the probability of the class it names.',
  },
  {
    value: 'wideresnet',
    name: 'WideResNet-16-4 on CIFAR-10',
    file: 'wideresnet_16_4_cifar_10.bin',
    event: 'probability of the predicted class',
    about: 'A stronger network on 3,000 test images; more often right, and surer than it should be.',
  },
  {
    value: 'naive_bayes',
    name: 'naive Bayes on breast cancer',
    file: breastCancer,
    column: 'p_naive_bayes',
    event: 'probability of a benign tumour',
    about:
      '569 patients, each forecast by a model that did not see them. Naive Bayes counts dependent evidence twice.',
  },
  {
    value: 'logistic',
    name: 'logistic regression on breast cancer',
    file: breastCancer,
    column: 'p_logreg',
    event: 'probability of a benign tumour',
    about: '569 patients, each forecast by a model that did not see them.',
  },
  {
    value: 'forest',
    name: 'random forest on breast cancer',
    file: breastCancer,
    column: 'p_random_forest',
    event: 'probability of a benign tumour',
    about: '569 patients; the forecast is the share of 100 trees, so 0 and 1 occur and no logit exists.',
  },
];

/** Class probabilities with the true classes; two columns for a binary classifier. */
export interface Classifier {
  labels: Int32Array;
  probabilities: Float64Array;
  classes: number;
  /** A binary classifier's forecast is its second column, not its larger one. */
  binary: boolean;
}

/** The compact file: float32 probabilities of ten classes, then one byte a label. */
export function readNetwork(buffer: ArrayBuffer): Classifier {
  const classes = 10;
  const rows = buffer.byteLength / (4 * classes + 1);
  if (!Number.isInteger(rows)) throw new Error('the file of the network is damaged');
  const view = new DataView(buffer);
  const probabilities = Float64Array.from({ length: rows * classes }, (_, i) => view.getFloat32(4 * i, true));
  const labels = Int32Array.from(new Uint8Array(buffer, 4 * rows * classes));
  return { labels, probabilities, classes, binary: false };
}

/** One column of the table of binary forecasts. */
export function readBinary(text: string, column: string): Classifier {
  const { data } = Papa.parse<Record<string, string>>(text.trim(), { header: true });
  const probabilities = new Float64Array(2 * data.length);
  data.forEach((row, i) => {
    const p = Number(row[column]);
    probabilities[2 * i] = 1 - p;
    probabilities[2 * i + 1] = p;
  });
  return {
    labels: Int32Array.from(data, (row) => Number(row['label'])),
    probabilities,
    classes: 2,
    binary: true,
  };
}

/** Reads the file of a source. */
export function readClassifier(info: SourceInfo, buffer: ArrayBuffer): Classifier {
  return info.column === undefined
    ? readNetwork(buffer)
    : readBinary(new TextDecoder().decode(buffer), info.column);
}
