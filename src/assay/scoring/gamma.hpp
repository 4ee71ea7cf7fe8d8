// Scores of gamma forecast distributions, with gradients by their parameters.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/distribution.hpp"

namespace assay::inline v1::scoring {

/// CRPS of a gamma forecast with its gradient.
struct crps_gamma_grad_result {
  array crps;     ///< (n) score in the unit of the observations
  array d_shape;  ///< (n) derivative by the shape
  array d_rate;   ///< (n) derivative by the rate
};

/// Log score of a gamma forecast with its gradient.
struct log_score_gamma_grad_result {
  array score;    ///< (n) minus the log density at the outcome
  array d_shape;  ///< (n) derivative by the shape
  array d_rate;   ///< (n) derivative by the rate
};

/// CRPS of a gamma forecast, one value per observation.
///
/// y (2 F(y) - 1) - k/rate (2 F_{k+1}(y) - 1) - 1/(rate B(1/2, k)), F the distribution function, F_{k+1} that
/// of shape k + 1
///
/// @param observations  (n) outcome y, any unit u; below 0 it is beyond the support; NaN allowed with
///                      nan_policy omit or propagate
/// @param shape         (n) shape k > 0, one number or one a row; NaN allowed with nan_policy omit or
///                      propagate
/// @param rate          (n) rate > 0, unit 1/u, one number or one a row; NaN allowed with nan_policy omit
///                      or propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u, >= 0, smaller is better
/// @throws              shape_error  empty_input; length_mismatch
/// @throws              value_error  non_finite: observations; out_of_range: shape, rate
/// @accuracy            48 ulp of the largest of its terms; same bits everywhere
/// @cost                O(n), up to O(sqrt(shape)) a row below shape 1000
/// @source              Jordan, Krueger & Lerch 2019, appendix
/// @parallel            rows
/// @example             {"observations": [0.2, 1.7, 6], "shape": 2, "rate": [1, 0.5, 1]}
array crps_gamma(vector_view observations, broadcast_view shape, broadcast_view rate,
                 const distribution_options& options = {}, const context& ctx = {});

/// CRPS of a gamma forecast and its derivatives by its parameters.
///
/// d_rate = (y (2 F(y) - 1) - crps)/rate; d_shape is the derivative of the same computation, carried along
/// with it
///
/// @inputs              crps_gamma
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as crps_gamma, derivatives 1e-13 of the largest of their terms; same bits
///                      everywhere
crps_gamma_grad_result crps_gamma_grad(vector_view observations, broadcast_view shape, broadcast_view rate,
                                       const distribution_options& options = {}, const context& ctx = {});

/// Log score (minus log density) of a gamma forecast, one value per observation.
///
/// rate y - (k - 1) log y - k log rate + log Gamma(k); Infinity below 0, and at 0 minus the logarithm of the
/// density there
///
/// @inputs              crps_gamma
/// @return              (n) score in nats, smaller is better
/// @accuracy            16 ulp of the largest of its terms; same bits everywhere
/// @source              Good 1952
array log_score_gamma(vector_view observations, broadcast_view shape, broadcast_view rate,
                      const distribution_options& options = {}, const context& ctx = {});

/// Log score of a gamma forecast and its derivatives by its parameters.
///
/// d_rate = y - k/rate, d_shape = digamma(k) - log(rate y); both 0 where the outcome is not > 0
///
/// @inputs              crps_gamma
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as log_score_gamma, derivatives 1e-13 of the largest of their terms; same
///                      bits everywhere
log_score_gamma_grad_result log_score_gamma_grad(vector_view observations, broadcast_view shape,
                                                 broadcast_view rate,
                                                 const distribution_options& options = {},
                                                 const context& ctx = {});

}  // namespace assay::inline v1::scoring
