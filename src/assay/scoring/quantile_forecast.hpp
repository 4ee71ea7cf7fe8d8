// Scores of forecasts that are given by quantiles or by central prediction intervals.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/ensemble.hpp"

namespace assay::inline v1::scoring {

/// How levels of quantiles are weighted.
enum class quantile_rule {
  mean,      ///< each level alike
  trapezoid  ///< by the trapezoidal rule over the levels, held constant beyond the outer ones
};

/// Choices of the CRPS of quantiles.
struct crps_quantile_options {
  /// How the levels are weighted.
  scoring::quantile_rule rule = scoring::quantile_rule::mean;
  /// What to do with NaN in observations and quantiles: omit and propagate both give NaN for that row.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// CRPS of forecasts given by quantiles: the mean of twice the quantile scores over the levels.
///
/// sum_j 2 w_j (1{y <= q_j} - level_j)(q_j - y), w_j = 1/q (rule mean), or half the distance between the
/// neighbouring levels, with 0 and 1 beyond the ends (rule trapezoid). Quantiles that cross are scored as
/// they are.
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param quantiles     (n, q) forecast quantiles, unit u; NaN allowed with nan_policy omit or propagate
/// @param levels        (q) their levels, strictly increasing in (0, 1)
/// @param options       rule; NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u, >= 0, smaller is better
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: observations, quantiles; out_of_range: levels
/// @accuracy            4 ulp; same bits everywhere
/// @cost                O(n q)
/// @source              Gneiting & Ranjan 2011, eq. 11
/// @parallel            rows
/// @example             {"observations": [-1, 0.3], "quantiles": [[-2, 0, 1], [-1, 0, 2]], "levels": [0.1,
/// 0.5, 0.9]}
array crps_quantile(vector_view observations, matrix_view quantiles, vector_view levels,
                    const crps_quantile_options& options = {}, const context& ctx = {});

/// Choices of the weighted interval score.
struct weighted_interval_score_options {
  /// Weight of the absolute error of the median, >= 0.
  double median_weight = 0.5;
  /// (k) weight of each interval, >= 0; default: alpha/2
  vector_view interval_weights = {};
  /// Doubles the weight of the median and divides by K + 1 in place of K + 1/2.
  bool count_median_twice = false;
  /// What to do with NaN in forecasts and observations: omit leaves out intervals of which an end is missing,
  /// and a missing median, and divides by what is left; propagate gives NaN for that row. Without outcome, or
  /// with nothing left, the score is NaN.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Weighted interval score and its parts: wis = dispersion + overprediction + underprediction.
struct weighted_interval_score_result {
  array wis;              ///< (n) score in the unit of the observations
  array dispersion;       ///< (n) weighted width of the intervals
  array overprediction;   ///< (n) penalty of ends, and of the median, above the outcome
  array underprediction;  ///< (n) penalty of ends, and of the median, below the outcome
};

/// Weighted interval score of a median and K central prediction intervals.
///
/// [ w_0 |y - median| + sum_k w_k IS_k ]/(K + 1/2), IS_k = (u_k - l_k) + (2/alpha_k) max(l_k - y, 0) +
/// (2/alpha_k) max(y - u_k, 0)
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param median        (n) forecast median, unit u; NaN allowed with nan_policy omit or propagate
/// @param lower         (n, k) lower ends, quantiles of level alpha/2, unit u; NaN allowed with nan_policy
/// omit or
///                      propagate
/// @param upper         (n, k) upper ends, quantiles of level 1 - alpha/2, unit u; NaN allowed with
/// nan_policy omit
///                      or propagate
/// @param alpha         (k) probability in (0, 1) that the interval misses
/// @param options       weights of median and intervals; NaN policy
/// @param ctx           running conditions
/// @return              score and parts in unit u, smaller is better; an end below its counterpart counts
/// with
///                      negative width
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: observations, median, lower, upper; out_of_range: alpha; bad_parameter:
///                      median_weight; bad_weight, zero_weight: interval_weights
/// @accuracy            4 ulp of the sum of absolute terms; same bits everywhere
/// @cost                O(n k)
/// @source              Bracher, Ray, Gneiting & Reich 2021, eq. 1
/// @parallel            rows
/// @example             {"observations": [0.3, 2], "median": [0, 1], "lower": [[-2, -1], [-1, 0]], "upper":
/// [[2, 1], [3, 1.5]], "alpha": [0.1, 0.5]}
weighted_interval_score_result weighted_interval_score(vector_view observations, vector_view median,
                                                       matrix_view lower, matrix_view upper,
                                                       vector_view alpha,
                                                       const weighted_interval_score_options& options = {},
                                                       const context& ctx = {});

/// Choices of the weighted interval score of quantiles.
struct weighted_interval_score_quantiles_options {
  /// What to do with NaN in observations and quantiles: omit leaves out intervals of which an end is missing,
  /// and a missing median, and divides by what is left; propagate gives NaN for that row. Without outcome, or
  /// with nothing left, the score is NaN.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Weighted interval score of quantiles at levels that are symmetric about 1/2: the outer ones form the first
/// interval, and so on; a level 1/2 is the median. Weights alpha/2, and 1/2 for the median; equals
/// crps_quantile.
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param quantiles     (n, q) forecast quantiles, unit u; NaN allowed with nan_policy omit or propagate
/// @param levels        (q) their levels, strictly increasing in (0, 1), level_j + level_{q+1-j} = 1 within
/// 1e-9
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              score and parts in unit u, smaller is better
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: observations, quantiles; out_of_range: levels
/// @accuracy            4 ulp of the sum of absolute terms; same bits everywhere
/// @cost                O(n q)
/// @source              Bracher, Ray, Gneiting & Reich 2021, eq. 1
/// @parallel            rows
/// @example             {"observations": [-1, 0.3], "quantiles": [[-2, 0, 1], [-1, 0, 2]], "levels": [0.1,
/// 0.5, 0.9]}
weighted_interval_score_result weighted_interval_score_quantiles(
    vector_view observations, matrix_view quantiles, vector_view levels,
    const weighted_interval_score_quantiles_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::scoring
