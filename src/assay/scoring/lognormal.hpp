// Scores of lognormal forecast distributions, with gradients by their parameters.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/distribution.hpp"

namespace assay::inline v1::scoring {

/// CRPS of a lognormal forecast with its gradient.
struct crps_lognormal_grad_result {
  array crps;        ///< (n) score in the unit of the observations
  array d_mulog;     ///< (n) derivative by the mean of the logarithm
  array d_sigmalog;  ///< (n) derivative by the standard deviation of the logarithm
};

/// Log score of a lognormal forecast with its gradient.
struct log_score_lognormal_grad_result {
  array score;       ///< (n) minus the log density at the outcome
  array d_mulog;     ///< (n) derivative by the mean of the logarithm
  array d_sigmalog;  ///< (n) derivative by the standard deviation of the logarithm
};

/// CRPS of a lognormal forecast, one value per observation.
///
/// y (2 Phi(z) - 1) - 2 exp(m + s^2/2) [ Phi(z - s) + Phi(s/sqrt(2)) - 1 ], z = (log y - m)/s
///
/// @param observations  (n) outcome y, any unit u; at or below 0 it is beyond the support; NaN allowed
///                      with nan_policy omit or propagate
/// @param mulog         (n) mean m of the logarithm, of u, one number or one a row; NaN allowed with
///                      nan_policy omit or propagate
/// @param sigmalog      (n) standard deviation s > 0 of the logarithm, one number or one a row; NaN
///                      allowed with nan_policy omit or propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u, >= 0, smaller is better
/// @throws              shape_error  empty_input; length_mismatch
/// @throws              value_error  non_finite: observations, mulog; out_of_range: sigmalog
/// @accuracy            8 ulp of the largest of its terms; same bits everywhere; Infinity where exp(m +
///                      s^2/4) is beyond the doubles
/// @cost                O(n)
/// @source              Baran & Lerch 2015
/// @parallel            rows
/// @example             {"observations": [0.2, 1, 6], "mulog": 0, "sigmalog": [1, 0.5, 1]}
array crps_lognormal(vector_view observations, broadcast_view mulog, broadcast_view sigmalog,
                     const distribution_options& options = {}, const context& ctx = {});

/// CRPS of a lognormal forecast and its derivatives by its parameters.
///
/// d_mulog = crps - y (2 Phi(z) - 1), d_sigmalog = 2 y phi(z) + s d_mulog - exp(m + s^2/4)/sqrt(pi)
///
/// @inputs              crps_lognormal
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as crps_lognormal, derivatives 16 ulp of the largest of their terms; same
///                      bits everywhere
crps_lognormal_grad_result crps_lognormal_grad(vector_view observations, broadcast_view mulog,
                                               broadcast_view sigmalog,
                                               const distribution_options& options = {},
                                               const context& ctx = {});

/// Log score (minus log density) of a lognormal forecast, one value per observation.
///
/// log y + z^2/2 + log s + log(2 pi)/2, z = (log y - m)/s; Infinity for y <= 0
///
/// @inputs              crps_lognormal
/// @return              (n) score in nats, smaller is better
/// @accuracy            4 ulp of the largest of its terms; same bits everywhere
/// @source              Good 1952
array log_score_lognormal(vector_view observations, broadcast_view mulog, broadcast_view sigmalog,
                          const distribution_options& options = {}, const context& ctx = {});

/// Log score of a lognormal forecast and its derivatives by its parameters.
///
/// d_mulog = -z/s, d_sigmalog = (1 - z^2)/s; both 0 for y <= 0
///
/// @inputs              crps_lognormal
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as log_score_lognormal, derivatives 16 ulp of the largest of their terms;
///                      same bits everywhere
log_score_lognormal_grad_result log_score_lognormal_grad(vector_view observations, broadcast_view mulog,
                                                         broadcast_view sigmalog,
                                                         const distribution_options& options = {},
                                                         const context& ctx = {});

}  // namespace assay::inline v1::scoring
