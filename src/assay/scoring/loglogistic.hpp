// Scores of log-logistic forecast distributions, with gradients by their parameters.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/distribution.hpp"

namespace assay::inline v1::scoring {

/// CRPS of a log-logistic forecast with its gradient.
struct crps_loglogistic_grad_result {
  array crps;        ///< (n) score in the unit of the observations
  array d_mulog;     ///< (n) derivative by the location of the logarithm
  array d_sigmalog;  ///< (n) derivative by the scale of the logarithm
};

/// Log score of a log-logistic forecast with its gradient.
struct log_score_loglogistic_grad_result {
  array score;       ///< (n) minus the log density at the outcome
  array d_mulog;     ///< (n) derivative by the location of the logarithm
  array d_sigmalog;  ///< (n) derivative by the scale of the logarithm
};

/// CRPS of a log-logistic forecast, one value per observation.
///
/// y (2 p - 1) + exp(m) B [ 1 - s - 2 I_p(1 + s, 1 - s) ], p = 1/(1 + exp(-(log y - m)/s)), B = Gamma(1 + s)
/// Gamma(1 - s), I the regularised incomplete beta function
///
/// @param observations  (n) outcome y, any unit u; at or below 0 it is beyond the support; NaN allowed
///                      with nan_policy omit or propagate
/// @param mulog         (n) location m of the logarithm, of u, one number or one a row; NaN allowed with
///                      nan_policy omit or propagate
/// @param sigmalog      (n) scale s of the logarithm, 0 < s < 1, one number or one a row; NaN allowed
///                      with nan_policy omit or propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u, >= 0, smaller is better
/// @throws              shape_error  empty_input; length_mismatch
/// @throws              value_error  non_finite: observations, mulog; out_of_range: sigmalog
/// @accuracy            16/(1 - s) ulp of the largest of its terms; same bits everywhere
/// @cost                O(n)
/// @source              Taillardat, Mestre, Zamo & Naveau 2016
/// @parallel            rows
/// @example             {"observations": [0.2, 1, 6], "mulog": 0, "sigmalog": [0.5, 0.2, 0.9]}
array crps_loglogistic(vector_view observations, broadcast_view mulog, broadcast_view sigmalog,
                       const distribution_options& options = {}, const context& ctx = {});

/// CRPS of a log-logistic forecast and its derivatives by its parameters.
///
/// d_mulog = crps - y (2 p - 1); d_sigmalog is the derivative of the same computation, carried along with it
///
/// @inputs              crps_loglogistic
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as crps_loglogistic, derivatives 1e-14/(1 - s)^2 of the largest of their
///                      terms; same bits everywhere
crps_loglogistic_grad_result crps_loglogistic_grad(vector_view observations, broadcast_view mulog,
                                                   broadcast_view sigmalog,
                                                   const distribution_options& options = {},
                                                   const context& ctx = {});

/// Log score (minus log density) of a log-logistic forecast, one value per observation.
///
/// log(y s) + |z| + 2 log(1 + exp(-|z|)), z = (log y - m)/s; Infinity for y <= 0
///
/// @inputs              crps_loglogistic
/// @return              (n) score in nats, smaller is better
/// @accuracy            4 ulp of the largest of its terms; same bits everywhere
/// @source              Good 1952
array log_score_loglogistic(vector_view observations, broadcast_view mulog, broadcast_view sigmalog,
                            const distribution_options& options = {}, const context& ctx = {});

/// Log score of a log-logistic forecast and its derivatives by its parameters.
///
/// d_mulog = -tanh(z/2)/s, d_sigmalog = (1 - z tanh(z/2))/s; both 0 for y <= 0
///
/// @inputs              crps_loglogistic
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as log_score_loglogistic, derivatives 16 ulp of the largest of their terms;
///                      same bits everywhere
log_score_loglogistic_grad_result log_score_loglogistic_grad(vector_view observations, broadcast_view mulog,
                                                             broadcast_view sigmalog,
                                                             const distribution_options& options = {},
                                                             const context& ctx = {});

}  // namespace assay::inline v1::scoring
