// Scores of beta forecast distributions on an interval, with gradients by their parameters.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/distribution.hpp"

namespace assay::inline v1::scoring {

/// CRPS of a beta forecast with its gradient.
struct crps_beta_grad_result {
  array crps;     ///< (n) score in the unit of the observations
  array d_a;      ///< (n) derivative by the first shape
  array d_b;      ///< (n) derivative by the second shape
  array d_lower;  ///< (n) derivative by the lower end
  array d_upper;  ///< (n) derivative by the upper end
};

/// Log score of a beta forecast with its gradient.
struct log_score_beta_grad_result {
  array score;    ///< (n) minus the log density at the outcome
  array d_a;      ///< (n) derivative by the first shape
  array d_b;      ///< (n) derivative by the second shape
  array d_lower;  ///< (n) derivative by the lower end
  array d_upper;  ///< (n) derivative by the upper end
};

/// CRPS of a beta forecast, one value per observation.
///
/// (upper - lower) [ t (2 I_t(a, b) - 1) + a/(a + b) (1 - 2 I_t(a + 1, b) - 2 B(2a, 2b)/(a B(a, b)^2)) ], t =
/// (y - lower)/(upper - lower); an outcome outside adds its distance
///
/// @param observations  (n) outcome y, any unit u; beyond the ends it adds its distance; NaN allowed with
///                      nan_policy omit or propagate
/// @param a             (n) first shape > 0, one number or one a row; NaN allowed with nan_policy omit or
///                      propagate
/// @param b             (n) second shape > 0, one number or one a row; NaN allowed with nan_policy omit or
///                      propagate
/// @param lower         (n) lower end, unit u, one number or one a row; NaN allowed with nan_policy omit or
///                      propagate
/// @param upper         (n) upper end > lower, unit u, one number or one a row; NaN allowed with nan_policy
///                      omit or propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u, >= 0, smaller is better
/// @throws              shape_error  empty_input; length_mismatch
/// @throws              value_error  non_finite: observations, lower, upper; out_of_range: a, b, lower >=
///                      upper
/// @accuracy            64 ulp of the width times min(1, a/(a + b)) and its distance; same bits everywhere
/// @cost                O(n), growing with sqrt(min(a, b))
/// @source              Jordan, Krueger & Lerch 2019, appendix; incomplete beta function: Didonato & Morris
/// 1992
/// @parallel            rows
/// @example             {"observations": [0.1, 0.5, 0.93], "a": 2, "b": [3, 1, 0.5]}
array crps_beta(vector_view observations, broadcast_view a, broadcast_view b, broadcast_view lower = 0.0,
                broadcast_view upper = 1.0, const distribution_options& options = {},
                const context& ctx = {});

/// CRPS of a beta forecast and its derivatives by its parameters.
///
/// d_lower = -c + (2 F - 1)(t - 1), d_upper = c - (2 F - 1) t with the score c of width 1; d_a and d_b are
/// derivatives of the same computation, carried along with it
///
/// @inputs              crps_beta
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as crps_beta, derivatives ten times its tolerance; same bits everywhere
crps_beta_grad_result crps_beta_grad(vector_view observations, broadcast_view a, broadcast_view b,
                                     broadcast_view lower = 0.0, broadcast_view upper = 1.0,
                                     const distribution_options& options = {}, const context& ctx = {});

/// Log score (minus log density) of a beta forecast, one value per observation.
///
/// (1 - a) log t + (1 - b) log(1 - t) + log B(a, b) + log(upper - lower); Infinity outside [lower, upper]
///
/// @inputs              crps_beta
/// @return              (n) score in nats, smaller is better
/// @accuracy            16 ulp of the largest of its terms; same bits everywhere
/// @source              Good 1952
array log_score_beta(vector_view observations, broadcast_view a, broadcast_view b, broadcast_view lower = 0.0,
                     broadcast_view upper = 1.0, const distribution_options& options = {},
                     const context& ctx = {});

/// Log score of a beta forecast and its derivatives by its parameters; 0 where the score is infinite.
///
/// @inputs              crps_beta
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as log_score_beta, derivatives ten times its tolerance; same bits everywhere
/// @source              Good 1952
log_score_beta_grad_result log_score_beta_grad(vector_view observations, broadcast_view a, broadcast_view b,
                                               broadcast_view lower = 0.0, broadcast_view upper = 1.0,
                                               const distribution_options& options = {},
                                               const context& ctx = {});

}  // namespace assay::inline v1::scoring
