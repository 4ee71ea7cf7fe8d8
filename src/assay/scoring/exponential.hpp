// Scores of exponential forecast distributions in closed form, with gradients by their parameters.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/distribution.hpp"

namespace assay::inline v1::scoring {

/// CRPS of an exponential forecast with its gradient.
struct crps_exponential_grad_result {
  array crps;    ///< (n) score in the unit of the observations
  array d_rate;  ///< (n) derivative by the rate
};

/// Log score of an exponential forecast with its gradient.
struct log_score_exponential_grad_result {
  array score;   ///< (n) minus the log density at the outcome
  array d_rate;  ///< (n) derivative by the rate
};

/// CRPS of an exponential forecast, one value per observation.
///
/// |y| - 2 F(y)/rate + 1/(2 rate); an outcome below 0 is allowed.
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param rate          (n) rate > 0, unit 1/u, one number or one a row; NaN allowed with nan_policy omit
///                      or propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u, >= 0, smaller is better
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: observations; out_of_range: rate
/// @accuracy            16 ulp; same bits everywhere
/// @cost                O(n)
/// @source              Jordan, Krueger & Lerch 2019, appendix
/// @parallel            rows
/// @example             {"observations": [0, 0.7, 5], "rate": [1.5, 1, 0.2]}
array crps_exponential(vector_view observations, broadcast_view rate,
                       const distribution_options& options = {}, const context& ctx = {});

/// CRPS of an exponential forecast and its derivatives by its parameters.
///
/// d_rate = (2 F(y) - 2 u exp(-u) - 1/2)/rate^2, u = rate y, both terms 0 for y < 0
///
/// @inputs              crps_exponential
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score 16 ulp, d_rate 8 ulp of 1/rate^2; same bits everywhere
crps_exponential_grad_result crps_exponential_grad(vector_view observations, broadcast_view rate,
                                                   const distribution_options& options = {},
                                                   const context& ctx = {});

/// Log score (minus log density) of an exponential forecast, one value per observation.
///
/// rate y - log rate; Infinity for an outcome below 0, where the density is 0.
///
/// @inputs              crps_exponential
/// @return              (n) score in nats, smaller is better
/// @accuracy            4 ulp of the larger of its terms; same bits everywhere
/// @source              Good 1952
array log_score_exponential(vector_view observations, broadcast_view rate,
                            const distribution_options& options = {}, const context& ctx = {});

/// Log score of an exponential forecast and its derivatives by its parameters.
///
/// d_rate = y - 1/rate; 0 for an outcome below 0, where the score is Infinity whatever the rate.
///
/// @inputs              crps_exponential
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as log_score_exponential, d_rate 4 ulp of the larger of its terms; same bits
/// everywhere
log_score_exponential_grad_result log_score_exponential_grad(vector_view observations, broadcast_view rate,
                                                             const distribution_options& options = {},
                                                             const context& ctx = {});

}  // namespace assay::inline v1::scoring
