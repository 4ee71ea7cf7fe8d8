// Scores of exponential forecast distributions with a point mass, with gradients by their parameters.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/distribution.hpp"

namespace assay::inline v1::scoring {

/// CRPS of an exponential forecast with its gradient.
struct crps_exponential_mass_grad_result {
  array crps;        ///< (n) score in the unit of the observations
  array d_mass;      ///< (n) derivative by the mass
  array d_location;  ///< (n) derivative by the location
  array d_scale;     ///< (n) derivative by the scale
};

/// CRPS of an exponential forecast, one value per observation.
///
/// scale [ |z| - 2 (1 - M) F(z) + (1 - M)^2/2 ], z = (y - location)/scale, F(z) = 1 - exp(-z) for z > 0, else
/// 0
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param mass          (n) probability M in [0, 1] of the location itself, one number or one a row; NaN
///                      allowed with nan_policy omit or propagate
/// @param location      (n) lower end, unit u, one number or one a row; NaN allowed with nan_policy omit
///                      or propagate
/// @param scale         (n) scale > 0 of the part above, unit u, one number or one a row; NaN allowed
///                      with nan_policy omit or propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u, >= 0, smaller is better
/// @throws              shape_error  empty_input; length_mismatch
/// @throws              value_error  non_finite: observations, location; out_of_range: mass, scale
/// @accuracy            8 ulp of the largest of its terms; same bits everywhere
/// @cost                O(n)
/// @source              Jordan, Krueger & Lerch 2019, appendix
/// @parallel            rows
/// @example             {"observations": [0, 0.7, 5], "mass": [0.3, 0.5, 0], "location": 0, "scale": 1}
array crps_exponential_mass(vector_view observations, broadcast_view mass, broadcast_view location,
                            broadcast_view scale, const distribution_options& options = {},
                            const context& ctx = {});

/// CRPS of an exponential forecast and its derivatives by its parameters.
///
/// d_mass = scale (2 F(z) - (1 - M)); d_location = 2 (1 - M) exp(-z) - 1 for z > 0, 1 for z < 0, the mean of
/// both limits at 0; d_scale = (crps + (y - location) d_location)/scale
///
/// @inputs              crps_exponential_mass
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as crps_exponential_mass, derivatives 16 ulp of the largest of their terms;
///                      same bits everywhere
crps_exponential_mass_grad_result crps_exponential_mass_grad(vector_view observations, broadcast_view mass,
                                                             broadcast_view location, broadcast_view scale,
                                                             const distribution_options& options = {},
                                                             const context& ctx = {});

}  // namespace assay::inline v1::scoring
