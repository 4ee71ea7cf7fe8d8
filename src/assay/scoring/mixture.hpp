// Scores of mixtures of normal distributions.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/distribution.hpp"

namespace assay::inline v1::scoring {

/// CRPS of a mixture of normal distributions.
///
/// sum_k w_k A(y - m_k, s_k) - 1/2 sum_kl w_k w_l A(m_k - m_l, sqrt(s_k^2 + s_l^2)), A(d, s) = d erf(d/(s
/// sqrt 2)) + 2 s phi(d/s)
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param m             (k) or (n, k) means of the components, unit u
/// @param s             (k) or (n, k) their standard deviations > 0, unit u
/// @param w             (k) or (n, k) their weights >= 0, sum 1 within 1e-8; brought to sum 1
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u, >= 0, smaller is better
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: observations, m; out_of_range: s; bad_weight: w; row_sum: w
/// @accuracy            16 ulp of the first sum; same bits everywhere
/// @cost                O(n k^2), for shared components O(n k)
/// @source              Grimit, Gneiting, Berrocal & Johnson 2006, eq. 5
/// @parallel            rows
/// @example             {"observations": [-1, 0.3], "m": [-1, 2], "s": [1, 0.5], "w": [0.25, 0.75]}
array crps_mixnorm(vector_view observations, array_view m, array_view s, array_view w,
                   const distribution_options& options = {}, const context& ctx = {});

/// CRPS of a mixture with its gradient.
struct crps_mixnorm_grad_result {
  array crps;  ///< (n) score in the unit of the observations
  array d_m;   ///< (n, k) derivatives by the means
  array d_s;   ///< (n, k) derivatives by the standard deviations
  array d_w;   ///< (n, k) derivatives by the weights, each on its own
};

/// CRPS of a mixture of normal distributions and its gradient, in one pass.
///
/// @inputs crps_mixnorm
/// @return              score, and its derivatives in unit 1 (m, s) and u (w)
/// @accuracy            16 ulp of the sums of absolute terms; same bits everywhere
/// @cost                O(n k^2)
crps_mixnorm_grad_result crps_mixnorm_grad(vector_view observations, array_view m, array_view s, array_view w,
                                           const distribution_options& options = {}, const context& ctx = {});

/// Logarithmic score of a mixture of normal distributions, minus the log density at the outcome.
///
/// @inputs crps_mixnorm
/// @return              (n) score, smaller is better; changes by a constant with the unit
/// @accuracy            8 ulp of the largest term; finite in the farthest tail; same bits everywhere
/// @cost                O(n k)
/// @source              Good 1952
array log_score_mixnorm(vector_view observations, array_view m, array_view s, array_view w,
                        const distribution_options& options = {}, const context& ctx = {});

/// Logarithmic score of a mixture with its gradient.
struct log_score_mixnorm_grad_result {
  array log_score;  ///< (n) score
  array d_m;        ///< (n, k) derivatives by the means
  array d_s;        ///< (n, k) derivatives by the standard deviations
  array d_w;        ///< (n, k) derivatives by the weights, each on its own
};

/// Logarithmic score of a mixture of normal distributions and its gradient, in one pass.
///
/// @inputs crps_mixnorm
/// @return              score, and its derivatives in unit 1/u (m, s) and 1 (w)
/// @accuracy            8 ulp of the largest term; same bits everywhere
/// @cost                O(n k)
/// @source              Good 1952
log_score_mixnorm_grad_result log_score_mixnorm_grad(vector_view observations, array_view m, array_view s,
                                                     array_view w, const distribution_options& options = {},
                                                     const context& ctx = {});

}  // namespace assay::inline v1::scoring
