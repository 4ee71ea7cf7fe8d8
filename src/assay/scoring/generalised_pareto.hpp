// Scores of generalised Pareto forecast distributions, with or without a point mass at the location, with
// gradients by their parameters.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/distribution.hpp"

namespace assay::inline v1::scoring {

/// CRPS of a generalised Pareto forecast with its gradient.
struct crps_gpd_grad_result {
  array crps;        ///< (n) score in the unit of the observations
  array d_shape;     ///< (n) derivative by the shape
  array d_location;  ///< (n) derivative by the location
  array d_scale;     ///< (n) derivative by the scale
  array d_mass;      ///< (n) derivative by the mass
};

/// Log score of a generalised Pareto forecast with its gradient.
struct log_score_gpd_grad_result {
  array score;       ///< (n) minus the log density at the outcome
  array d_shape;     ///< (n) derivative by the shape
  array d_location;  ///< (n) derivative by the location
  array d_scale;     ///< (n) derivative by the scale
};

/// CRPS of a generalised Pareto forecast, one value per observation.
///
/// scale [ |z| - 2 (1 - M)/(1 - x) (1 - S^(1 - x)) + (1 - M)^2/(2 - x) ], z = (y - location)/scale,
/// S = (1 + x z)^(-1/x) the share of the continuous part above y
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param shape         (n) shape x < 1; 0 is the exponential distribution, below 0 the support ends at
///                      location - scale/x, one number or one a row; NaN allowed with nan_policy omit or
///                      propagate
/// @param location      (n) lower end, unit u, one number or one a row; NaN allowed with nan_policy omit
///                      or propagate
/// @param scale         (n) scale > 0, unit u, one number or one a row; NaN allowed with nan_policy omit
///                      or propagate
/// @param mass          (n) probability M in [0, 1] of the location itself, one number or one a row; NaN
///                      allowed with nan_policy omit or propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u, >= 0, smaller is better
/// @throws              shape_error  empty_input; length_mismatch
/// @throws              value_error  non_finite: observations, location; out_of_range: shape, scale, mass
/// @accuracy            8/(1 - x) ulp of the largest of its terms; same bits everywhere
/// @cost                O(n)
/// @source              Friederichs & Thorarinsdottir 2012
/// @parallel            rows
/// @example             {"observations": [0.3, 0, 5], "shape": [0.2, 0, -0.4], "location": 0, "scale": 1,
/// "mass": 0.1}
array crps_gpd(vector_view observations, broadcast_view shape, broadcast_view location, broadcast_view scale,
               broadcast_view mass = 0.0, const distribution_options& options = {}, const context& ctx = {});

/// CRPS of a generalised Pareto forecast and its derivatives by its parameters.
///
/// d_location = 1 - 2 F(y), at the location the mean of both limits; d_scale = (crps + (y - location)
/// d_location)/scale; d_mass = -2 scale [ (S^(1 - x) - 1)/(1 - x) + (1 - M)/(2 - x) ]; d_shape through the
/// derivative of log(1 + x z)/x, a series near x z = 0
///
/// @inputs              crps_gpd
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as crps_gpd, derivatives 32/(1 - x)^2 ulp of the largest of their terms;
///                      same bits everywhere
crps_gpd_grad_result crps_gpd_grad(vector_view observations, broadcast_view shape, broadcast_view location,
                                   broadcast_view scale, broadcast_view mass = 0.0,
                                   const distribution_options& options = {}, const context& ctx = {});

/// Log score (minus log density) of a generalised Pareto forecast, one value per observation.
///
/// log(scale) + (1 + 1/x) log(1 + x z), z = (y - location)/scale; Infinity outside the support; without point
/// mass
///
/// @inputs              crps_gpd
/// @return              (n) score in nats, smaller is better
/// @accuracy            8 ulp of the largest of its terms; same bits everywhere
/// @source              Good 1952
/// @example             {"observations": [0.3, 0, 5], "shape": [0.2, 0, -0.1], "location": 0, "scale": 1}
array log_score_gpd(vector_view observations, broadcast_view shape, broadcast_view location,
                    broadcast_view scale, const distribution_options& options = {}, const context& ctx = {});

/// Log score of a generalised Pareto forecast and its derivatives by its parameters.
///
/// d_location = -(1 + x)/(1 + x z)/scale, d_scale = (1 - z (1 + x)/(1 + x z))/scale, d_shape by the
/// derivative of log(1 + x z)/x; all 0 outside the support
///
/// @inputs              crps_gpd
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as log_score_gpd, derivatives 64 ulp of the largest of their terms; same
///                      bits everywhere
/// @example             {"observations": [0.3, 0, 5], "shape": [0.2, 0, -0.1], "location": 0, "scale": 1}
log_score_gpd_grad_result log_score_gpd_grad(vector_view observations, broadcast_view shape,
                                             broadcast_view location, broadcast_view scale,
                                             const distribution_options& options = {},
                                             const context& ctx = {});

}  // namespace assay::inline v1::scoring
