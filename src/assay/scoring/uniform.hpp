// Scores of uniform forecast distributions, with or without point masses at the ends, with gradients by their
// parameters.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/distribution.hpp"

namespace assay::inline v1::scoring {

/// CRPS of a uniform forecast with its gradient.
struct crps_uniform_grad_result {
  array crps;     ///< (n) score in the unit of the observations
  array d_min;    ///< (n) derivative by the lower end
  array d_max;    ///< (n) derivative by the upper end
  array d_lmass;  ///< (n) derivative by the mass at the lower end
  array d_umass;  ///< (n) derivative by the mass at the upper end
};

/// Log score of a uniform forecast with its gradient.
struct log_score_uniform_grad_result {
  array score;  ///< (n) minus the log density at the outcome
  array d_min;  ///< (n) derivative by the lower end
  array d_max;  ///< (n) derivative by the upper end
};

/// CRPS of a uniform forecast, one value per observation.
///
/// integral of (F(x) - 1{x >= y})^2, a cubic in y between min and max; an outcome beyond adds its distance
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param min           (n) lower end, unit u, one number or one a row; NaN allowed with nan_policy omit
///                      or propagate
/// @param max           (n) upper end > min, unit u, one number or one a row; NaN allowed with nan_policy
///                      omit or propagate
/// @param lmass         (n) probability of the lower end itself, in [0, 1], one number or one a row; NaN
///                      allowed with nan_policy omit or propagate
/// @param umass         (n) probability of the upper end itself, in [0, 1], lmass + umass <= 1, one
///                      number or one a row; NaN allowed with nan_policy omit or propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u, >= 0, smaller is better
/// @throws              shape_error  empty_input; length_mismatch
/// @throws              value_error  non_finite: observations, min, max; out_of_range: min >= max, lmass,
///                      umass
/// @accuracy            8 ulp of the largest of its terms; same bits everywhere
/// @cost                O(n)
/// @source              Jordan, Krueger & Lerch 2019, appendix
/// @parallel            rows
/// @example             {"observations": [0.1, 0.5, 1.4], "min": 0, "max": [1, 2, 1], "lmass": 0.1}
array crps_uniform(vector_view observations, broadcast_view min, broadcast_view max,
                   broadcast_view lmass = 0.0, broadcast_view umass = 0.0,
                   const distribution_options& options = {}, const context& ctx = {});

/// CRPS of a uniform forecast and its derivatives by its parameters.
///
/// of the closed form; by y it is 2 F(y) - 1, -1 below min, 1 above max, at an end the mean of both sides
///
/// @inputs              crps_uniform
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as crps_uniform, derivatives 16 ulp of the largest of their terms; same
///                      bits everywhere
crps_uniform_grad_result crps_uniform_grad(vector_view observations, broadcast_view min, broadcast_view max,
                                           broadcast_view lmass = 0.0, broadcast_view umass = 0.0,
                                           const distribution_options& options = {}, const context& ctx = {});

/// Log score (minus log density) of a uniform forecast, one value per observation.
///
/// log(max - min) for min <= y <= max, else Infinity; without point masses
///
/// @inputs              crps_uniform
/// @return              (n) score in nats, smaller is better
/// @accuracy            4 ulp of the largest of its terms; same bits everywhere
/// @source              Good 1952
/// @example             {"observations": [0.1, 0.5, 1.4], "min": 0, "max": [1, 2, 1]}
array log_score_uniform(vector_view observations, broadcast_view min, broadcast_view max,
                        const distribution_options& options = {}, const context& ctx = {});

/// Log score of a uniform forecast and its derivatives by its parameters.
///
/// d_min = -1/(max - min), d_max = 1/(max - min); both 0 outside
///
/// @inputs              crps_uniform
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as log_score_uniform, derivatives 16 ulp of the largest of their terms;
///                      same bits everywhere
/// @example             {"observations": [0.1, 0.5, 1.4], "min": 0, "max": [1, 2, 1]}
log_score_uniform_grad_result log_score_uniform_grad(vector_view observations, broadcast_view min,
                                                     broadcast_view max,
                                                     const distribution_options& options = {},
                                                     const context& ctx = {});

}  // namespace assay::inline v1::scoring
