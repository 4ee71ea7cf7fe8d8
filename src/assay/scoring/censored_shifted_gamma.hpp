// Scores of censored, shifted gamma forecast distributions (precipitation), with gradients by their
// parameters.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/distribution.hpp"

namespace assay::inline v1::scoring {

/// CRPS of a censored, shifted gamma forecast with its gradient.
struct crps_csg0_grad_result {
  array crps;     ///< (n) score in the unit of the observations
  array d_shape;  ///< (n) derivative by the shape
  array d_rate;   ///< (n) derivative by the rate
  array d_shift;  ///< (n) derivative by the shift
};

/// CRPS of a censored, shifted gamma forecast, one value per observation.
///
/// crps_gamma(max(y, 0) + shift) - integral of F^2 from 0 to shift, + |y| for y < 0; F the distribution
/// function of X
///
/// @param observations  (n) outcome y, any unit u; below 0 it is beyond the support; NaN allowed with
///                      nan_policy omit or propagate
/// @param shape         (n) shape k > 0, one number or one a row; NaN allowed with nan_policy omit or
///                      propagate
/// @param rate          (n) rate > 0, unit 1/u, one number or one a row; NaN allowed with nan_policy omit
///                      or propagate
/// @param shift         (n) shift >= 0, unit u: the forecast is max(0, X - shift) with X gamma
///                      distributed, one number or one a row; NaN allowed with nan_policy omit or
///                      propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u, >= 0, smaller is better
/// @throws              shape_error  empty_input; length_mismatch
/// @throws              value_error  non_finite: observations; out_of_range: shape, rate, shift
/// @accuracy            64 ulp of the largest of its terms; same bits everywhere
/// @cost                O(n), up to O(sqrt(shape)) a row below shape 1000
/// @source              Scheuerer & Hamill 2015
/// @parallel            rows
/// @example             {"observations": [0, 1.7, 6], "shape": 2, "rate": [1, 0.5, 1], "shift": 0.5}
array crps_csg0(vector_view observations, broadcast_view shape, broadcast_view rate, broadcast_view shift,
                const distribution_options& options = {}, const context& ctx = {});

/// CRPS of a censored, shifted gamma forecast and its derivatives by its parameters.
///
/// d_shift = 2 F(y + shift) - 1 - F(shift)^2 for y >= 0; d_rate = (y d_y + shift d_shift - crps)/rate with
/// d_y = 2 F(y + shift) - 1, -1 for y < 0; d_shape is the derivative of the same computation, carried along
/// with it
///
/// @inputs              crps_csg0
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as crps_csg0, derivatives 1e-13 of the largest of their terms; same bits
///                      everywhere
crps_csg0_grad_result crps_csg0_grad(vector_view observations, broadcast_view shape, broadcast_view rate,
                                     broadcast_view shift, const distribution_options& options = {},
                                     const context& ctx = {});

}  // namespace assay::inline v1::scoring
