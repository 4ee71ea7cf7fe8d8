// Everything that labels and probabilities tell about a binary forecaster, in one call.
#pragma once

#include <cstdint>
#include <vector>

#include "assay/calibration/binning.hpp"
#include "assay/calibration/brier.hpp"
#include "assay/calibration/corp.hpp"
#include "assay/calibration/reliability.hpp"
#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of a calibration report.
struct calibration_report_options {
  /// (n) weight of each row, >= 0; rows of weight 0 are left out; default: 1
  vector_view weights = {};
  /// (n) number of the group of each row; default: all rows are one group
  integer_view groups = {};
  /// Number of bins of the table and of binned errors, 1 .. 4096.
  std::int64_t n_bins = 15;
  /// How the bins are laid out; not custom.
  binning strategy = binning::equal_width;
  /// Number of groups of the Hosmer-Lemeshow test, at least 1.
  std::int64_t n_groups = 10;
  /// Number of replicates of intervals, of the band and of the miscalibration test, 2 .. 2^24.
  std::int64_t n_boot = 1000;
  /// Probability of the intervals and of the band, in (0, 1).
  double level = 0.9;
  /// Key of the random numbers.
  std::uint64_t seed = 0;
};

/// A metric with its bootstrap interval; NaN where it does not exist.
struct calibration_report_estimate {
  double estimate = 0.0;   ///< value on the rows as given
  double lower = 0.0;      ///< lower end of the interval
  double upper = 0.0;      ///< upper end
  double std_error = 0.0;  ///< standard deviation of the replicates
};

/// All metrics, each under the name of its function.
struct calibration_report_metrics {
  calibration_report_estimate brier_score;           ///< mean squared error of the probabilities
  calibration_report_estimate log_loss;              ///< logarithmic loss in nats
  calibration_report_estimate brier_skill_score;     ///< against the share of events; NaN with one class
  calibration_report_estimate ece;                   ///< l1 error of the table's bins
  calibration_report_estimate ece_debiased_l1;       ///< the same less its bias; NaN with weights
  calibration_report_estimate ece_debiased_l2;       ///< l2 error less its bias; NaN with weights
  calibration_report_estimate ece_sweep;             ///< l1 error of as many bins as stay monotone
  calibration_report_estimate mce;                   ///< largest error of the table's bins
  calibration_report_estimate ks_calibration_error;  ///< largest cumulative error
  calibration_report_estimate smooth_ece;            ///< error of the smoothed curve
  calibration_report_estimate balance_score;         ///< signed; below 0: over-confident
  calibration_report_estimate miscalibration;        ///< part of the Brier score; see corp_decomposition
  calibration_report_estimate discrimination;        ///< part of the Brier score; larger is better
  calibration_report_estimate roc_auc;               ///< area under the ROC curve; NaN with one class
  calibration_report_estimate average_precision;     ///< NaN with one class
  calibration_report_estimate eer;                   ///< equal error rate; NaN with one class
};

/// A test of calibration; NaN where it does not apply.
struct calibration_report_test {
  double statistic = 0.0;  ///< statistic of the test
  double p_value = 0.0;    ///< probability of one as extreme for calibrated forecasts
};

/// Tests of calibration, each under the name of its function.
struct calibration_report_tests {
  calibration_report_test hosmer_lemeshow;      ///< chi-square, external data; NaN with weights
  calibration_report_test spiegelhalter_z;      ///< z; NaN with weights
  calibration_report_test miscalibration_test;  ///< CORP miscalibration of the Brier score
  calibration_report_test slope_intercept;      ///< likelihood ratio of slope 1 and intercept 0
};

/// Cox's recalibration, logit(rate) = intercept + slope logit(p); NaN where it does not exist.
struct calibration_report_recalibration {
  double slope = 0.0;      ///< 1 when calibrated, below 1: over-confident
  double intercept = 0.0;  ///< 0 when calibrated
};

/// Isotonic curve at the ends of its flat pieces, with the band of a calibrated forecast.
struct calibration_report_corp {
  array x;      ///< (k) probabilities, ascending
  array cep;    ///< (k) conditional event probability, never decreasing
  array lower;  ///< (k) lower end of the band around the diagonal
  array upper;  ///< (k) upper end of the band
};

/// Smoothed curve; see smooth_ece_curve.
struct calibration_report_smooth {
  double sigma = 0.0;  ///< bandwidth that smooth_ece chose
  array t;             ///< (k) equally spaced probabilities
  array mu;            ///< (k) share of events around t; NaN far from all rows
  array density;       ///< (k) density of the probabilities
};

/// ROC curve at a few hundred points; empty with one class.
struct calibration_report_roc {
  array fpr;  ///< (k) false positive rate, rising
  array tpr;  ///< (k) true positive rate, rising
};

/// Probabilities by class, in the bins of the table.
struct calibration_report_histogram {
  array others;  ///< (b) weight of the rows of class 0
  array events;  ///< (b) weight of the rows of class 1
};

/// A group of rows.
struct calibration_report_group {
  std::int64_t group = 0;                          ///< its number; 0 for all rows together
  std::int64_t count = 0;                          ///< rows with a weight above 0
  double weight = 0.0;                             ///< sum of their weights
  double base_rate = 0.0;                          ///< share of events
  double mean_probability = 0.0;                   ///< mean of the probabilities
  calibration_report_metrics metrics;              ///< metrics with intervals
  calibration_report_tests tests;                  ///< tests of calibration
  calibration_report_recalibration recalibration;  ///< slope and intercept of the log-odds
  reliability_table_result table;                  ///< bins with Wilson intervals
  calibration_report_histogram histogram;          ///< spread of the probabilities
  calibration_report_corp corp;                    ///< isotonic curve and band
  calibration_report_smooth smooth;                ///< smoothed curve
  calibration_report_roc roc;                      ///< ROC curve
  brier_decomposition_result brier_decomposition;  ///< Murphy's, by the table's bins
  corp_decomposition_result corp_brier;            ///< CORP decomposition of the Brier score
  corp_decomposition_result corp_log;              ///< CORP decomposition of the logarithmic loss
};

/// Report of each group and of all rows together.
struct calibration_report_result {
  std::vector<calibration_report_group> groups;  ///< by ascending number
  calibration_report_group whole;                ///< all rows
};

/// Judges binary probabilities: metrics with bootstrap intervals, reliability by bins, by isotonic regression
/// and by smoothing, the ROC curve, decompositions and tests of calibration, for each group and for all rows.
///
/// Every estimate is that of the function of its name on the rows in the order of their probabilities.
/// Intervals are percentiles of replicates, mirrored at the estimate (basic) for what chance makes larger:
/// the calibration errors and miscalibration; those of debiased errors are moved until the median of the
/// replicates is the estimate; ends are cut to the range of the metric. smooth_ece keeps its
/// bandwidth in replicates. A group of up to 8192 rows is resampled as by calibration_bootstrap, with the
/// same draws. In a larger one, neighbours in probability are joined into about two thousand cells, numbers
/// of rows of each class are drawn for each cell, and the band, Cox's recalibration and the miscalibration
/// test are those of the cells, so that ten million rows take seconds.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        weights, groups, bins, replicates, level, seed
/// @param ctx            running conditions
/// @return               report by group and of all rows
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities, level; bad_label; bad_weight; zero_weight, also of a
///                       group; bad_parameter: n_bins, n_groups, n_boot, strategy custom
/// @accuracy             that of the functions named; same bits everywhere
/// @cost                 O(n) after a radix sort and O(min(n, 2^13) n_boot), for each group and for all rows
/// @source               the functions named; replicates of cells: Hanley & MacGibbon 2006
/// @example              {"labels": [0, 1, 0, 1, 1], "probabilities": [0.1, 0.4, 0.3, 0.8, 0.6], "n_boot":
/// 50, "n_bins": 4, "n_groups": 2}
calibration_report_result calibration_report(integer_view labels, vector_view probabilities,
                                             const calibration_report_options& options = {},
                                             const context& ctx = {});

}  // namespace assay::inline v1::calibration
