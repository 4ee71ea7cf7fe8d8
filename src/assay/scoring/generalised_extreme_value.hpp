// Scores of generalised extreme value forecast distributions, with gradients by their parameters.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/distribution.hpp"

namespace assay::inline v1::scoring {

/// CRPS of a generalised extreme value forecast with its gradient.
struct crps_gev_grad_result {
  array crps;        ///< (n) score in the unit of the observations
  array d_shape;     ///< (n) derivative by the shape
  array d_location;  ///< (n) derivative by the location
  array d_scale;     ///< (n) derivative by the scale
};

/// Log score of a generalised extreme value forecast with its gradient.
struct log_score_gev_grad_result {
  array score;       ///< (n) minus the log density at the outcome
  array d_shape;     ///< (n) derivative by the shape
  array d_location;  ///< (n) derivative by the location
  array d_scale;     ///< (n) derivative by the scale
};

/// CRPS of a generalised extreme value forecast, one value per observation.
///
/// scale [ z (2 F - 1) + 2 J - (2^x Gamma(1 - x) - 1)/x ], z = (y - location)/scale, w = (1 + x z)^(-1/x), F
/// = exp(-w), J the integral of (t^(-x) - 1)/x exp(-t) from 0 to w; at x = 0 the limit, by the same series
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param shape         (n) shape x < 1; 0 is the Gumbel distribution, above 0 the support begins and
///                      below 0 ends at location - scale/x, one number or one a row; NaN allowed with
///                      nan_policy omit or propagate
/// @param location      (n) location, unit u, one number or one a row; NaN allowed with nan_policy omit
///                      or propagate
/// @param scale         (n) scale > 0, unit u, one number or one a row; NaN allowed with nan_policy omit
///                      or propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u, >= 0, smaller is better
/// @throws              shape_error  empty_input; length_mismatch
/// @throws              value_error  non_finite: observations, location; out_of_range: shape, scale
/// @accuracy            16/(1 - x) ulp of the largest of its terms; same bits everywhere
/// @cost                O(n)
/// @source              Friederichs & Thorarinsdottir 2012
/// @parallel            rows
/// @example             {"observations": [0.3, -2, 5], "shape": [0.2, 0, -0.4], "location": 0, "scale": 1}
array crps_gev(vector_view observations, broadcast_view shape, broadcast_view location, broadcast_view scale,
               const distribution_options& options = {}, const context& ctx = {});

/// CRPS of a generalised extreme value forecast and its derivatives by its parameters.
///
/// d_location = 1 - 2 F, d_scale = (crps + (y - location) d_location)/scale; d_shape is the derivative of the
/// same computation, carried along with it
///
/// @inputs              crps_gev
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as crps_gev, derivatives 1e-13/(1 - x)^2 of the largest of their terms;
///                      same bits everywhere
crps_gev_grad_result crps_gev_grad(vector_view observations, broadcast_view shape, broadcast_view location,
                                   broadcast_view scale, const distribution_options& options = {},
                                   const context& ctx = {});

/// Log score (minus log density) of a generalised extreme value forecast, one value per observation.
///
/// log(scale) + (1 + x) u + exp(-u), u = log(1 + x z)/x, z = (y - location)/scale; Infinity outside the
/// support
///
/// @inputs              crps_gev
/// @return              (n) score in nats, smaller is better
/// @accuracy            8 ulp of the largest of its terms, in the lower tail times u; same bits
///                      everywhere
/// @source              Good 1952
array log_score_gev(vector_view observations, broadcast_view shape, broadcast_view location,
                    broadcast_view scale, const distribution_options& options = {}, const context& ctx = {});

/// Log score of a generalised extreme value forecast and its derivatives by its parameters.
///
/// with h = (1 + x - exp(-u))/(1 + x z): d_location = -h/scale, d_scale = (1 - z h)/scale, d_shape by the
/// derivative of u; all 0 outside the support
///
/// @inputs              crps_gev
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as log_score_gev, derivatives 64 ulp of the largest of their terms; same
///                      bits everywhere
log_score_gev_grad_result log_score_gev_grad(vector_view observations, broadcast_view shape,
                                             broadcast_view location, broadcast_view scale,
                                             const distribution_options& options = {},
                                             const context& ctx = {});

}  // namespace assay::inline v1::scoring
