// Scores of logistic forecast distributions in closed form, with gradients by their parameters.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/distribution.hpp"

namespace assay::inline v1::scoring {

/// CRPS of a logistic forecast with its gradient.
struct crps_logistic_grad_result {
  array crps;     ///< (n) score in the unit of the observations
  array d_mu;     ///< (n) derivative by the location
  array d_sigma;  ///< (n) derivative by the scale
};

/// Log score of a logistic forecast with its gradient.
struct log_score_logistic_grad_result {
  array score;    ///< (n) minus the log density at the outcome
  array d_mu;     ///< (n) derivative by the location
  array d_sigma;  ///< (n) derivative by the scale
};

/// CRPS of a logistic forecast, one value per observation.
///
/// sigma [ |z| + 2 log(1 + exp(-|z|)) - 1 ], z = (y - mu)/sigma: finite however far the outcome lies out.
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param mu            (n) location, unit u, one number or one a row; NaN allowed with nan_policy omit or
///                      propagate
/// @param sigma         (n) scale > 0, unit u, one number or one a row; NaN allowed with nan_policy omit or
///                      propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u, >= 0, smaller is better
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: observations, mu; out_of_range: sigma
/// @accuracy            8 ulp; same bits everywhere
/// @cost                O(n)
/// @source              Jordan, Krueger & Lerch 2019, appendix
/// @parallel            rows
/// @example             {"observations": [-1, 0.3, 4], "mu": 0, "sigma": [1, 2, 1]}
array crps_logistic(vector_view observations, broadcast_view mu, broadcast_view sigma,
                    const distribution_options& options = {}, const context& ctx = {});

/// CRPS of a logistic forecast and its derivatives by its parameters.
///
/// d_mu = 1 - 2 F(y) = -tanh(z/2), d_sigma = (crps + (y - mu) d_mu)/sigma, z = (y - mu)/sigma
///
/// @inputs              crps_logistic
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score 8 ulp, d_mu 8 ulp, d_sigma 4 ulp of 1; same bits everywhere
crps_logistic_grad_result crps_logistic_grad(vector_view observations, broadcast_view mu,
                                             broadcast_view sigma, const distribution_options& options = {},
                                             const context& ctx = {});

/// Log score (minus log density) of a logistic forecast, one value per observation.
///
/// |z| + 2 log(1 + exp(-|z|)) + log sigma, z = (y - mu)/sigma
///
/// @inputs              crps_logistic
/// @return              (n) score in nats, smaller is better
/// @accuracy            4 ulp of the largest of its terms; same bits everywhere
/// @source              Good 1952
array log_score_logistic(vector_view observations, broadcast_view mu, broadcast_view sigma,
                         const distribution_options& options = {}, const context& ctx = {});

/// Log score of a logistic forecast and its derivatives by its parameters.
///
/// d_mu = -tanh(z/2)/sigma, d_sigma = (1 - z tanh(z/2))/sigma, z = (y - mu)/sigma
///
/// @inputs              crps_logistic
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as log_score_logistic, derivatives 8 ulp of the largest of their terms; same
/// bits everywhere
log_score_logistic_grad_result log_score_logistic_grad(vector_view observations, broadcast_view mu,
                                                       broadcast_view sigma,
                                                       const distribution_options& options = {},
                                                       const context& ctx = {});

}  // namespace assay::inline v1::scoring
