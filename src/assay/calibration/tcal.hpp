// T-Cal: a calibration error that is 0 on average for calibrated forecasts, and the test built on it.
#pragma once

#include <cstdint>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of the T-Cal statistic.
struct tcal_statistic_options {
  /// (n) must be absent: the correction is for rows that count alike
  vector_view weights = {};
  /// Number of bins m, at least 1.
  std::int64_t n_bins = 15;
  /// Probability 1 forms a bin m of its own, as in the authors' code, instead of belonging to bin m - 1.
  bool peer_edges = false;
};

/// T-Cal statistic: squared l2 calibration error of binned rows without the bias of noise.
///
/// (1/n) sum_b [(sum r)^2 - sum r^2]/n_b over the bins, r = p - y, bin floor(m p), the product rounded once.
/// Bins with one row give 0. May be negative.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        n_bins, peer_edges
/// @param ctx            running conditions
/// @return               estimate, smaller is better
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; bad_label; unsupported: weights; bad_parameter: n_bins
/// @accuracy             1e-14 of the mean squared residual; same bits everywhere
/// @cost                 O(n) after a radix sort, for any number of bins
/// @source               Lee, Huang, Hassani & Dobriban 2023, "T-Cal: An optimal test for the calibration of
///                       predictive models"
/// @example              {"labels": [0, 1, 0, 1, 1], "probabilities": [0.1, 0.4, 0.6, 0.9, 0.8], "n_bins": 2}
double tcal_statistic(integer_view labels, vector_view probabilities,
                      const tcal_statistic_options& options = {}, const context& ctx = {});

/// Choices of the T-Cal test.
struct tcal_test_options {
  /// (n) must be absent: the correction is for rows that count alike
  vector_view weights = {};
  /// Number of resamples, 2 .. 100000.
  std::int64_t n_resamples = 3000;
  /// Most probability of rejecting calibrated forecasts, in (0, 1).
  double alpha = 0.05;
  /// Key of the random numbers.
  std::uint64_t seed = 0;
  /// Probability 1 forms a bin of its own, as in the authors' code.
  bool peer_edges = false;
};

/// Result of the T-Cal test, one entry for each number of bins.
struct tcal_test_result {
  bool rejected = false;  ///< some statistic is above its critical value
  double p_value = 0.0;   ///< least of p_values times their number, at most 1
  array n_bins;           ///< (b) 2, 4, 8, .., 2^b
  array statistics;       ///< (b) statistic with so many bins
  array critical_values;  ///< (b) type-7 quantile 1 - alpha/b of the resampled statistics
  array p_values;         ///< (b) (1 + resampled statistics at or above)/(n_resamples + 1), for each alone
};

/// Adaptive T-Cal test that the forecasts are calibrated.
///
/// Statistics with 2, 4, .., 2^b bins, b = floor(2 log2(n/sqrt(ln n))), are compared with those of
/// consistency resampling: rows of the forecasts drawn with replacement, events drawn with their probability.
/// It rejects when one is above its quantile 1 - alpha/b. Resample k reads item k of the Philox stream with
/// key seed, two draws a row: u and v give row floor(u n) in ascending order of the probabilities and the
/// event v < p.
///
/// @param labels         (n) 1 where the event happened, else 0; n >= 2
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        n_resamples, alpha, seed, peer_edges
/// @param ctx            running conditions
/// @return               decision, and for each number of bins statistic, critical value, p-value
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities, alpha; bad_label; unsupported: weights; bad_parameter:
///                       n_resamples; degenerate: labels of one row
/// @accuracy             statistics 1e-13 of the mean squared residual; same bits everywhere
/// @cost                 O(n n_resamples) for all numbers of bins together
/// @source               Lee, Huang, Hassani & Dobriban 2023; resampling: Broecker & Smith 2007
/// @example              {"labels": [0, 1, 0, 1, 1], "probabilities": [0.1, 0.4, 0.6, 0.9, 0.8],
///                       "n_resamples": 200}
tcal_test_result tcal_test(integer_view labels, vector_view probabilities,
                           const tcal_test_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::calibration
