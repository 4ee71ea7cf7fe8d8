// Bootstrap intervals of calibration metrics: the same on every machine, for any number of threads.
#pragma once

#include <cstdint>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// What is estimated.
enum class calibration_metric {
  ece,                       ///< l1 calibration error of equal-width bins
  mce,                       ///< largest calibration error of equal-width bins
  ece_debiased_l2,           ///< l2 calibration error of equal-width bins less its bias; without weights only
  ks,                        ///< largest running sum of residuals in the order of the probabilities
  balance,                   ///< signed balance: mean of y - p where p >= 1/2, of p - y elsewhere
  brier,                     ///< Brier score
  log_loss,                  ///< logarithmic loss
  miscalibration,            ///< what isotonic regression takes off the Brier score
  discrimination,            ///< what isotonic regression gains on the constant forecast
  auc,                       ///< area under the ROC curve
  average_precision,         ///< mean precision over the events
  eer,                       ///< equal error rate, interpolated
  brier_score = brier,       ///< the same as brier
  balance_score = balance,   ///< the same as balance
  roc_auc = auc,             ///< the same as auc
  ks_calibration_error = ks  ///< the same as ks
};

/// How replicates become an interval.
enum class bootstrap_method {
  percentile,  ///< type-7 percentiles of the replicates
  basic,       ///< percentiles mirrored at the estimate, which turns the bias of the replicates around
  bca          ///< percentiles moved for the bias and the skewness of the estimate
};

/// Choices of the bootstrap.
struct calibration_bootstrap_options {
  /// (n) weight of each row, >= 0, drawn along with it; default: 1
  vector_view weights = {};
  /// What is estimated.
  calibration_metric metric = calibration_metric::brier;
  /// Number of bins of ece, mce and ece_debiased_l2, at least 1.
  std::int64_t n_bins = 15;
  /// Number of replicates, 2 .. 2^24.
  std::int64_t n_boot = 1000;
  /// Probability of the interval, in (0, 1).
  double level = 0.9;
  /// Key of the random numbers.
  std::uint64_t seed = 0;
  /// How replicates become an interval.
  bootstrap_method method = bootstrap_method::percentile;
};

/// Estimate with its bootstrap interval.
struct calibration_interval {
  double estimate = 0.0;   ///< value on the data as given
  double lower = 0.0;      ///< lower end of the interval
  double upper = 0.0;      ///< upper end of the interval
  double std_error = 0.0;  ///< standard deviation of the replicates, divisor n_boot - 1
};

/// A calibration metric with a bootstrap interval.
///
/// Replicate b draws n rows with replacement: row j is the high half of u n, u the 64-bit number j of item b
/// of the Philox stream with key seed. Errors of calibration are biased upward and their replicates more so:
/// prefer basic, and for bins ece_debiased_l2. Replicates that lack a class which the metric needs, or
/// weight, are left out. bca takes z0 from the share of replicates below the estimate (equal ones half, at
/// least half a replicate on each side) and the acceleration from the jackknife, 0 where that is not finite.
/// Metrics whose value without a row is not known from a few sums leave out rows in blocks when there are
/// many.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        metric, weights, replicates, level, seed, method
/// @param ctx            running conditions
/// @return               estimate, interval, standard error; NaN and infinite ends where log_loss is infinite
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities, level; bad_label; bad_weight; zero_weight;
///                       bad_parameter: n_bins, n_boot; single_class: labels with auc, eer and
///                       average_precision; unsupported: weights with ece_debiased_l2; degenerate: fewer than
///                       two replicates have what the metric needs
/// @accuracy             each replicate to 1e-12; same bits everywhere
/// @cost                 O(n n_boot)
/// @source               Efron 1979, 1987; Davison & Hinkley 1997, sec. 5.2; percentiles: Hyndman & Fan 1996,
///                       type 7
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.8, 0.9], "n_boot": 200}
calibration_interval calibration_bootstrap(integer_view labels, vector_view probabilities,
                                           const calibration_bootstrap_options& options = {},
                                           const context& ctx = {});

/// Difference of a metric between two forecasts of the same rows.
struct calibration_difference {
  double estimate = 0.0;   ///< metric of the first forecast less that of the other
  double first = 0.0;      ///< metric of the first forecast
  double other = 0.0;      ///< metric of the other forecast
  double lower = 0.0;      ///< lower end of the interval of the difference
  double upper = 0.0;      ///< upper end of the interval of the difference
  double std_error = 0.0;  ///< standard deviation of the replicates of the difference
  double p_value = 0.0;    ///< twice the smaller share of replicates on one side of 0, with one added to each
};

/// Compares two forecasts of the same rows: a bootstrap interval for the difference of a metric.
///
/// Each replicate draws the same rows for both, as calibration_bootstrap does, so that what both have in
/// common cancels. The p-value is min(1, 2 (1 + k)/(1 + b)), k the smaller of the numbers of replicates <= 0
/// and >= 0 among b. Replicates without a difference (a class is missing, both are infinite) are left out.
///
/// @param labels               (n) 1 where the event happened, else 0
/// @param probabilities        (n) probability of the first forecast, in [0, 1]
/// @param other_probabilities  (n) probability of the other forecast, in [0, 1]
/// @param options              metric, weights, replicates, level, seed, method
/// @param ctx                  running conditions
/// @return                     both metrics, difference, interval, standard error, p-value
/// @throws shape_error         empty_input; length_mismatch
/// @throws value_error         out_of_range: probabilities, other_probabilities, level; bad_label;
/// bad_weight;
///                             zero_weight; bad_parameter: n_bins, n_boot; single_class: labels with auc, eer
///                             and average_precision; unsupported: weights with ece_debiased_l2; degenerate:
///                             fewer than two replicates have what the metric needs, or both log losses are
///                             infinite
/// @accuracy                   each replicate to 1e-12 of the metrics; same bits everywhere
/// @cost                       O(n n_boot)
/// @source                     Efron & Tibshirani 1993, sec. 8 and 15
/// @example                    {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.8, 0.9],
///                             "other_probabilities": [0.2, 0.7, 0.4, 0.6], "n_boot": 200}
calibration_difference calibration_bootstrap_paired(integer_view labels, vector_view probabilities,
                                                    vector_view other_probabilities,
                                                    const calibration_bootstrap_options& options = {},
                                                    const context& ctx = {});

/// Choices of the bootstrap with rows drawn elsewhere.
struct bootstrap_ci_indices_options {
  /// (n) weight of each row, >= 0, drawn along with it; default: 1
  vector_view weights = {};
  /// What is estimated.
  calibration_metric metric = calibration_metric::brier;
  /// Number of bins of ece, mce and ece_debiased_l2, at least 1.
  std::int64_t n_bins = 15;
  /// Probability of the intervals, in (0, 1).
  double level = 0.9;
};

/// Replicates and the intervals they span.
struct bootstrap_ci_indices_result {
  double estimate = 0.0;  ///< value on the data as given
  array replicates;       ///< (b) value of each replicate; NaN where a class is missing that the metric needs
  array percentile;       ///< (2) ends of the percentile interval
  array basic;            ///< (2) the same mirrored at the estimate
  double std_error = 0.0;  ///< standard deviation of the replicates, divisor their number - 1
};

/// A calibration metric with bootstrap intervals from resamples that the caller has drawn.
///
/// Replicates without a value are left out of the intervals.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param indices        (b, m) rows of each replicate, 0 .. n - 1; as a rule m = n
/// @param options        metric, weights, level
/// @param ctx            running conditions
/// @return               estimate, replicates, intervals, standard error
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities, indices, level; bad_label; bad_weight; zero_weight;
///                       bad_parameter: n_bins; single_class: labels with auc, eer and average_precision;
///                       unsupported: weights with ece_debiased_l2; degenerate: fewer than two replicates
///                       have what the metric needs
/// @accuracy             each replicate to 1e-12; same bits everywhere
/// @cost                 O(b m)
/// @source               Efron 1979; percentiles: Hyndman & Fan 1996, type 7
/// @example              {"labels": [0, 1, 1], "probabilities": [0.2, 0.6, 0.9], "indices": [[0, 1, 1], [2,
/// 0, 1]]}
bootstrap_ci_indices_result bootstrap_ci_indices(integer_view labels, vector_view probabilities,
                                                 integer_view indices,
                                                 const bootstrap_ci_indices_options& options = {},
                                                 const context& ctx = {});

}  // namespace assay::inline v1::calibration
