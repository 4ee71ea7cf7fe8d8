// The benchmark cases of calibration: the same names as the native runner's, in the form of cases.mjs.
import * as assay from '../../dist/index.js';
import { classLabelsOf, labelsOf, logistic, normalArray, softmaxRows, uniformArray } from './data.mjs';
import { inHeap } from './heap.mjs';
import * as bins from './plain-bins.mjs';
import * as fits from './plain-fits.mjs';
import * as smooth from './plain-smooth.mjs';
import * as sorted from './plain-sorted.mjs';
import * as sums from './plain-sums.mjs';
import * as plain from './plain.mjs';

const [million, many] = [1e6, 1e7];

function release(...heaps) {
  return () => heaps.forEach((heap) => heap.dispose());
}

/** A case over n probabilities with labels that fit them; `baseline` may be missing. */
function probabilityCase(name, n, call, baseline) {
  return {
    name: `calibration/${name}`,
    unit: 'element',
    elements: n,
    bytes: 9 * n,
    prepare() {
      const probabilities = uniformArray(n, 3);
      const labels = labelsOf(probabilities, 4);
      const [p, y] = [inHeap(probabilities), inHeap(labels)];
      return {
        assay: () => call(y, p),
        plain: baseline && (() => baseline(labels, probabilities)),
        release: release(p, y),
      };
    },
  };
}

/** Adds the same n rows again and again to an accumulator. */
function updateCase(name, n, Accumulator, Baseline) {
  return {
    ...probabilityCase(name, n),
    prepare() {
      const probabilities = uniformArray(n, 3);
      const labels = labelsOf(probabilities, 4);
      const [p, y, accumulator] = [inHeap(probabilities), inHeap(labels), new Accumulator()];
      const baseline = new Baseline();
      return {
        assay: () => accumulator.update(y, p),
        plain: () => baseline.update(labels, probabilities),
        release: release(p, y, accumulator),
      };
    },
  };
}

/** A map fitted to n inputs; the labels have the chances `chance(input)`. */
function fitCase(name, n, make, chance, call, baseline) {
  return {
    name: `calibration/${name}`,
    unit: 'element',
    elements: n,
    bytes: 9 * n,
    prepare() {
      const inputs = make(n);
      const labels = labelsOf(inputs.map(chance), 14);
      const [x, y] = [inHeap(inputs), inHeap(labels)];
      return { assay: () => call(y, x), plain: () => baseline(labels, inputs), release: release(x, y) };
    },
  };
}

/** A case over n rows of 10 classes: `rowsOf(logits)` of logits whose softmax has the labels' chances. */
function classCase(name, rowsOf, call, baseline) {
  const [n, classes] = [1e5, 10];
  return {
    name: `calibration/${name}/n=1e5,k=10`,
    unit: 'element',
    elements: n * classes,
    bytes: n * (8 * classes + 4),
    prepare() {
      const logits = normalArray(n * classes, 16);
      const labels = classLabelsOf(softmaxRows(logits, classes), classes, 17);
      const rows = rowsOf(logits, classes);
      const [x, y] = [inHeap(rows), inHeap(labels)];
      return {
        assay: () => call(y, { data: x, shape: [n, classes] }),
        plain: () => baseline(labels, rows, classes),
        release: release(x, y),
      };
    },
  };
}

const bootstrapCase = {
  ...probabilityCase(
    'calibration_bootstrap/ece/n=1e5,n_boot=1000',
    1e5,
    (y, p) => assay.calibrationBootstrap(y, p, { metric: 'ece', nBins: 15, nBoot: 1000 }),
    (y, p) => bins.bootstrapEce(y, p, 15, 1000, 0.9, 1),
  ),
  unit: 'replicate',
  elements: 1000,
  bytes: 0,
};

/** Plain JavaScript has no counterpart of a whole report. */
const reportCase = (n, words) =>
  probabilityCase(`calibration_report/n=${words},n_boot=1000`, n, (y, p) =>
    assay.calibrationReport(y, p, { nBoot: 1000 }),
  );

function isotonicFit(y, p) {
  assay.IsotonicModel.fit(y, p).dispose();
}

export const calibrationCases = [
  probabilityCase('brier_score/n=1e7', many, assay.brierScore, plain.brierScore),
  probabilityCase(
    'ece_l1/n=1e7,bins=10',
    many,
    (y, p) => assay.ece(y, p, { nBins: 10 }),
    (y, p) => plain.ece(y, p, 10),
  ),
  probabilityCase(
    'reliability_table/n=1e7,bins=10',
    many,
    (y, p) => assay.reliabilityTable(y, p, { nBins: 10 }),
    (y, p) => plain.reliabilityTable(y, p, 10),
  ),
  probabilityCase('balance_score/n=1e7', many, assay.balanceScore, sums.balanceScore),
  probabilityCase('log_loss/n=1e6', million, assay.logLoss, sums.logLoss),
  probabilityCase('spiegelhalter_z/n=1e6', million, assay.spiegelhalterZ, sums.spiegelhalterZ),
  probabilityCase(
    'brier_decomposition/n=1e6',
    million,
    (y, p) => assay.brierDecomposition(y, p, { nBins: 10 }),
    (y, p) => bins.brierDecomposition(y, p, 10),
  ),
  updateCase('moments_update/n=1e6', million, assay.CalibrationMomentsAccumulator, sums.Moments),
  updateCase('ranking_update/n=1e6', million, assay.RankingAccumulator, sums.RankingCells),
  probabilityCase('roc_auc/n=1e6', million, assay.rocAuc, plain.rocAuc),
  probabilityCase('isotonic/n=1e6', million, isotonicFit, sorted.corpReliability),
  probabilityCase('corp_reliability/n=1e6', million, assay.corpReliability, sorted.corpReliability),
  probabilityCase('corp_decomposition/n=1e6', million, assay.corpDecomposition, sorted.corpDecomposition),
  probabilityCase('ks_calibration_error/n=1e6', million, assay.ksCalibrationError, sorted.ksCalibrationError),
  probabilityCase('average_precision/n=1e6', million, assay.averagePrecision, sorted.averagePrecision),
  probabilityCase('eer/n=1e6', million, assay.eer, sorted.eer),
  probabilityCase('roc_curve/n=1e6', million, assay.rocCurve, sorted.rocCurve),
  probabilityCase('ece_sweep/n=1e6', million, assay.eceSweep, sorted.eceSweep),
  probabilityCase(
    'hosmer_lemeshow/n=1e6',
    million,
    (y, p) => assay.hosmerLemeshow(y, p, { nGroups: 10 }),
    (y, p) => sorted.hosmerLemeshow(y, p, 10),
  ),
  probabilityCase('smooth_ece/n=1e6', million, assay.smoothEce, smooth.smoothEce),
  classCase(
    'ece_multiclass/top_label',
    softmaxRows,
    (y, p) => assay.eceMulticlass(y, p, { mode: 'top_label', nBins: 15 }),
    (y, p, classes) => bins.eceTopLabel(y, p, classes, 15),
  ),
  classCase(
    'ece_multiclass/classwise',
    softmaxRows,
    (y, p) => assay.eceMulticlass(y, p, { mode: 'classwise', nBins: 15 }),
    (y, p, classes) => bins.eceClasswise(y, p, classes, 15),
  ),
  classCase(
    'temperature',
    (logits) => logits.map((z) => 2 * z),
    (y, z) => assay.temperature(y, z),
    fits.temperature,
  ),
  fitCase(
    'platt/n=1e6',
    million,
    (n) => normalArray(n, 13),
    (s) => logistic(1.5 * s - 0.3),
    (y, s) => assay.platt(y, s),
    fits.platt,
  ),
  fitCase(
    'beta_calibration/n=1e6',
    million,
    (n) => uniformArray(n, 3),
    (p) => logistic(0.7 * Math.log(p) - 1.4 * Math.log1p(-p) + 0.2),
    (y, p) => assay.betaCalibration(y, p),
    fits.betaCalibration,
  ),
  bootstrapCase,
  reportCase(million, '1e6'),
  reportCase(many, '1e7'),
];
