// Scores of log-Laplace forecast distributions, with gradients by their parameters.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/distribution.hpp"

namespace assay::inline v1::scoring {

/// CRPS of a log-Laplace forecast with its gradient.
struct crps_loglaplace_grad_result {
  array crps;           ///< (n) score in the unit of the observations
  array d_locationlog;  ///< (n) derivative by the location of the logarithm
  array d_scalelog;     ///< (n) derivative by the scale of the logarithm
};

/// Log score of a log-Laplace forecast with its gradient.
struct log_score_loglaplace_grad_result {
  array score;          ///< (n) minus the log density at the outcome
  array d_locationlog;  ///< (n) derivative by the location of the logarithm
  array d_scalelog;     ///< (n) derivative by the scale of the logarithm
};

/// CRPS of a log-Laplace forecast, one value per observation.
///
/// y (2 F(y) - 1) + exp(m) [ s/(4 - s^2) + c(z) ], z = (log y - m)/s, F the distribution function,
/// c = (1 - exp(z (1 + s)))/(1 + s) for z < 0, (exp(-z (1 - s)) - 1)/(1 - s) for z >= 0
///
/// @param observations  (n) outcome y, any unit u; at or below 0 it is beyond the support; NaN allowed
///                      with nan_policy omit or propagate
/// @param locationlog   (n) location m of the logarithm, of u, one number or one a row; NaN allowed with
///                      nan_policy omit or propagate
/// @param scalelog      (n) scale s of the logarithm, 0 < s < 1, one number or one a row; NaN allowed
///                      with nan_policy omit or propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u, >= 0, smaller is better
/// @throws              shape_error  empty_input; length_mismatch
/// @throws              value_error  non_finite: observations, locationlog; out_of_range: scalelog
/// @accuracy            8 ulp of the largest of its terms; same bits everywhere
/// @cost                O(n)
/// @source              Jordan, Krueger & Lerch 2019, appendix
/// @parallel            rows
/// @example             {"observations": [0.2, 1, 6], "locationlog": 0, "scalelog": [0.5, 0.2, 0.9]}
array crps_loglaplace(vector_view observations, broadcast_view locationlog, broadcast_view scalelog,
                      const distribution_options& options = {}, const context& ctx = {});

/// CRPS of a log-Laplace forecast and its derivatives by its parameters.
///
/// d_locationlog = crps - y (2 F(y) - 1); d_scalelog: of the bracket, (4 + s^2)/(4 - s^2)^2 - (c + z exp(z (1
/// + s)))/(1 + s) for z < 0, (4 + s^2)/(4 - s^2)^2 + (c + z exp(-z (1 - s)))/(1 - s) for z >= 0, times exp(m)
///
/// @inputs              crps_loglaplace
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as crps_loglaplace, derivatives 16 ulp of the largest of their terms; same
///                      bits everywhere
crps_loglaplace_grad_result crps_loglaplace_grad(vector_view observations, broadcast_view locationlog,
                                                 broadcast_view scalelog,
                                                 const distribution_options& options = {},
                                                 const context& ctx = {});

/// Log score (minus log density) of a log-Laplace forecast, one value per observation.
///
/// log y + |z| + log(2 s), z = (log y - m)/s; Infinity for y <= 0
///
/// @inputs              crps_loglaplace
/// @return              (n) score in nats, smaller is better
/// @accuracy            4 ulp of the largest of its terms; same bits everywhere
/// @source              Good 1952
array log_score_loglaplace(vector_view observations, broadcast_view locationlog, broadcast_view scalelog,
                           const distribution_options& options = {}, const context& ctx = {});

/// Log score of a log-Laplace forecast and its derivatives by its parameters.
///
/// d_locationlog = -sgn(z)/s with sgn(0) = 0, d_scalelog = (1 - |z|)/s; both 0 for y <= 0
///
/// @inputs              crps_loglaplace
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as log_score_loglaplace, derivatives 16 ulp of the largest of their terms;
///                      same bits everywhere
log_score_loglaplace_grad_result log_score_loglaplace_grad(vector_view observations,
                                                           broadcast_view locationlog,
                                                           broadcast_view scalelog,
                                                           const distribution_options& options = {},
                                                           const context& ctx = {});

}  // namespace assay::inline v1::scoring
