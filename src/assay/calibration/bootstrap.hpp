// Bootstrap intervals of calibration metrics: the same on every machine, for any number of threads.
#pragma once

#include <cstdint>

#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// What is estimated.
enum class calibration_metric {
  ece,       ///< l1 calibration error of equal-width bins
  brier,     ///< Brier score
  log_loss,  ///< logarithmic loss
  auc        ///< area under the ROC curve
};

/// How replicates become an interval.
enum class bootstrap_method {
  percentile,  ///< type-7 percentiles of the replicates
  basic        ///< percentiles mirrored at the estimate, which turns the bias of the replicates around
};

/// Choices of the bootstrap.
struct calibration_bootstrap_options {
  /// What is estimated.
  calibration_metric metric = calibration_metric::brier;
  /// Number of bins of ece, at least 1.
  std::int64_t n_bins = 15;
  /// Number of replicates, at least 2.
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
/// of the Philox stream with key seed. The calibration error is biased upward and its replicates more so:
/// prefer basic there. Replicates of auc without both classes are left out.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        metric, replicates, level, seed, method
/// @param ctx            running conditions
/// @return               estimate, interval, standard error; NaN and infinite ends where log_loss is infinite
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities, level; bad_label; bad_parameter: n_bins, n_boot;
///                       single_class: labels with auc; degenerate: fewer than two replicates have both
///                       classes
/// @accuracy             each replicate to 1e-12; same bits everywhere
/// @cost                 O(n n_boot)
/// @source               Efron 1979; Davison & Hinkley 1997, sec. 5.2; percentiles: Hyndman & Fan 1996, type
///                       7
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [0.1, 0.4, 0.8, 0.9], "n_boot": 200}
calibration_interval calibration_bootstrap(integer_view labels, vector_view probabilities,
                                           const calibration_bootstrap_options& options = {},
                                           const context& ctx = {});

}  // namespace assay::inline v1::calibration
