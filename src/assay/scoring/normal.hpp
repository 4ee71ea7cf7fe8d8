// Scores of normal forecast distributions in closed form, with gradients by their parameters.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/distribution.hpp"

namespace assay::inline v1::scoring {

/// CRPS of a normal forecast with its gradient.
struct crps_normal_grad_result {
  array crps;     ///< (n) score in the unit of the observations
  array d_mu;     ///< (n) derivative by the mean: 1 - 2 F(y)
  array d_sigma;  ///< (n) derivative by the standard deviation
};

/// Log score of a normal forecast with its gradient.
struct log_score_normal_grad_result {
  array score;    ///< (n) minus the log density at the outcome
  array d_mu;     ///< (n) derivative by the mean
  array d_sigma;  ///< (n) derivative by the standard deviation
};

/// CRPS of a normal forecast, one value per observation.
///
/// sigma [ z (2 Phi(z) - 1) + 2 phi(z) - 1/sqrt(pi) ], z = (y - mu)/sigma
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param mu            (n) mean, unit u, one number or one a row; NaN allowed with nan_policy omit or
///                      propagate
/// @param sigma         (n) standard deviation > 0, unit u, one number or one a row; NaN allowed with
///                      nan_policy omit or propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u, >= 0, smaller is better
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: observations, mu; out_of_range: sigma
/// @accuracy            8 ulp; same bits everywhere
/// @cost                O(n)
/// @source              Gneiting et al. 2005, eq. (5)
/// @parallel            rows
/// @example             {"observations": [-1, 0.3, 4], "mu": 0, "sigma": [1, 2, 1]}
array crps_normal(vector_view observations, broadcast_view mu, broadcast_view sigma,
                  const distribution_options& options = {}, const context& ctx = {});

/// CRPS of a normal forecast and its derivatives by mean and standard deviation.
///
/// d_mu = 1 - 2 Phi(z), d_sigma = 2 phi(z) - 1/sqrt(pi), z = (y - mu)/sigma
///
/// @inputs              crps_normal
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score 8 ulp, d_mu 8 ulp, d_sigma 4 ulp of 1/sqrt(pi); same bits everywhere
/// @source              Jordan, Krueger & Lerch 2019, appendix
crps_normal_grad_result crps_normal_grad(vector_view observations, broadcast_view mu, broadcast_view sigma,
                                         const distribution_options& options = {}, const context& ctx = {});

/// Log score (minus log density) of a normal forecast, one value per observation.
///
/// z^2/2 + log sigma + log(2 pi)/2, z = (y - mu)/sigma: finite however far the outcome lies out.
///
/// @inputs              crps_normal
/// @return              (n) score in nats, smaller is better
/// @accuracy            4 ulp of the largest of its three terms; same bits everywhere
/// @source              Good 1952
array log_score_normal(vector_view observations, broadcast_view mu, broadcast_view sigma,
                       const distribution_options& options = {}, const context& ctx = {});

/// Log score of a normal forecast and its derivatives by mean and standard deviation.
///
/// d_mu = -z/sigma, d_sigma = (1 - z)(1 + z)/sigma, z = (y - mu)/sigma
///
/// @inputs              crps_normal
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as log_score_normal, derivatives 6 ulp; same bits everywhere
/// @source              Jordan, Krueger & Lerch 2019, appendix
log_score_normal_grad_result log_score_normal_grad(vector_view observations, broadcast_view mu,
                                                   broadcast_view sigma,
                                                   const distribution_options& options = {},
                                                   const context& ctx = {});

}  // namespace assay::inline v1::scoring
