// Scores of Laplace forecast distributions in closed form, with gradients by their parameters.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/distribution.hpp"

namespace assay::inline v1::scoring {

/// CRPS of a Laplace forecast with its gradient.
struct crps_laplace_grad_result {
  array crps;        ///< (n) score in the unit of the observations
  array d_location;  ///< (n) derivative by the location
  array d_scale;     ///< (n) derivative by the scale
};

/// Log score of a Laplace forecast with its gradient.
struct log_score_laplace_grad_result {
  array score;       ///< (n) minus the log density at the outcome
  array d_location;  ///< (n) derivative by the location
  array d_scale;     ///< (n) derivative by the scale
};

/// CRPS of a Laplace forecast, one value per observation.
///
/// scale [ |z| + exp(-|z|) - 3/4 ], z = (y - location)/scale
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param location      (n) location, unit u, one number or one a row; NaN allowed with nan_policy omit or
///                      propagate
/// @param scale         (n) scale > 0, unit u, one number or one a row; NaN allowed with nan_policy omit or
///                      propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u, >= 0, smaller is better
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: observations, location; out_of_range: scale
/// @accuracy            8 ulp; same bits everywhere
/// @cost                O(n)
/// @source              Jordan, Krueger & Lerch 2019, appendix
/// @parallel            rows
/// @example             {"observations": [-1, 0.3, 4], "location": 0, "scale": [1, 2, 1]}
array crps_laplace(vector_view observations, broadcast_view location, broadcast_view scale,
                   const distribution_options& options = {}, const context& ctx = {});

/// CRPS of a Laplace forecast and its derivatives by its parameters.
///
/// d_location = -sgn(z) (1 - exp(-|z|)), d_scale = exp(-|z|) (1 + |z|) - 3/4, z = (y - location)/scale
///
/// @inputs              crps_laplace
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score 8 ulp, d_location 8 ulp, d_scale 4 ulp of 1; same bits everywhere
crps_laplace_grad_result crps_laplace_grad(vector_view observations, broadcast_view location,
                                           broadcast_view scale, const distribution_options& options = {},
                                           const context& ctx = {});

/// Log score (minus log density) of a Laplace forecast, one value per observation.
///
/// |z| + log(2 scale), z = (y - location)/scale
///
/// @inputs              crps_laplace
/// @return              (n) score in nats, smaller is better
/// @accuracy            4 ulp of the largest of its terms; same bits everywhere
/// @source              Good 1952
array log_score_laplace(vector_view observations, broadcast_view location, broadcast_view scale,
                        const distribution_options& options = {}, const context& ctx = {});

/// Log score of a Laplace forecast and its derivatives by its parameters.
///
/// d_location = -sgn(z)/scale with sgn(0) = 0, d_scale = (1 - |z|)/scale, z = (y - location)/scale
///
/// @inputs              crps_laplace
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as log_score_laplace, derivatives 4 ulp of the largest of their terms; same
/// bits everywhere
log_score_laplace_grad_result log_score_laplace_grad(vector_view observations, broadcast_view location,
                                                     broadcast_view scale,
                                                     const distribution_options& options = {},
                                                     const context& ctx = {});

}  // namespace assay::inline v1::scoring
