// Interval score of central prediction intervals, and what it is made of.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/ensemble.hpp"

namespace assay::inline v1::scoring {

/// Choices of the interval score.
struct interval_score_options {
  /// What to do with NaN in observations, lower and upper: omit and propagate both give NaN for that row.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Interval score and its parts: score = dispersion + overprediction + underprediction.
struct interval_score_result {
  array score;            ///< (n) score in the unit of the observations
  array dispersion;       ///< (n) width of the interval
  array overprediction;   ///< (n) penalty where the outcome lies below the interval
  array underprediction;  ///< (n) penalty where the outcome lies above the interval
};

/// Interval score of central prediction intervals that should miss the outcome with probability alpha.
///
/// (u - l) + (2/alpha) max(l - y, 0) + (2/alpha) max(y - u, 0)
///
/// @param observations  (n) outcome y, any unit; NaN allowed with nan_policy omit or propagate
/// @param lower         (n) lower end l, the quantile of level alpha/2; NaN allowed with nan_policy omit or
/// propagate
/// @param upper         (n) upper end u >= l, the quantile of level 1 - alpha/2; NaN allowed with nan_policy
/// omit or
///                      propagate
/// @param alpha         (n) probability in (0, 1) that the interval misses, one number or one a row
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              score and parts in the unit of the outcome, >= 0, smaller is better
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: observations, lower, upper; out_of_range: alpha, or lower above upper
/// @accuracy            each part 2 ulp; same bits everywhere
/// @cost                O(n)
/// @source              Gneiting & Raftery 2007, sec. 6.2
/// @parallel            rows
/// @example             {"observations": [0.4, 2.7], "lower": [-0.2, 0.3], "upper": [1.5, 0.5], "alpha": 0.1}
interval_score_result interval_score(vector_view observations, vector_view lower, vector_view upper,
                                     broadcast_view alpha, const interval_score_options& options = {},
                                     const context& ctx = {});

}  // namespace assay::inline v1::scoring
