// Scores of two-piece normal and two-piece exponential forecast distributions, with gradients by their
// parameters.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/distribution.hpp"

namespace assay::inline v1::scoring {

/// CRPS of a two-piece normal forecast with its gradient.
struct crps_two_piece_normal_grad_result {
  array crps;        ///< (n) score in the unit of the observations
  array d_scale1;    ///< (n) derivative by the scale below the location
  array d_scale2;    ///< (n) derivative by the scale above the location
  array d_location;  ///< (n) derivative by the location
};

/// Log score of a two-piece normal forecast with its gradient.
struct log_score_two_piece_normal_grad_result {
  array score;       ///< (n) minus the log density at the outcome
  array d_scale1;    ///< (n) derivative by the scale below the location
  array d_scale2;    ///< (n) derivative by the scale above the location
  array d_location;  ///< (n) derivative by the location
};

/// CRPS of a two-piece normal forecast, one value per observation.
///
/// a + 4 s^2/(s1 + s2) [ z Phi(z) + phi(z) - phi(0) ] + (4 phi(0) - 2/sqrt(pi)) (s1^3 + s2^3)/(s1 + s2)^2,
/// a = |y - location|, s the scale on its side, z = -a/s
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param scale1        (n) scale s1 > 0 below the location, unit u, one number or one a row; NaN allowed
///                      with nan_policy omit or propagate
/// @param scale2        (n) scale s2 > 0 above the location, unit u, one number or one a row; NaN allowed
///                      with nan_policy omit or propagate
/// @param location      (n) mode, where the pieces meet, unit u, one number or one a row; NaN allowed
///                      with nan_policy omit or propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u, >= 0, smaller is better
/// @throws              shape_error  empty_input; length_mismatch
/// @throws              value_error  non_finite: observations, location; out_of_range: scale1, scale2
/// @accuracy            8 ulp of the largest of its terms; same bits everywhere
/// @cost                O(n)
/// @source              Gneiting & Thorarinsdottir 2010
/// @parallel            rows
/// @example             {"observations": [-1, 0, 4], "scale1": 1, "scale2": [2.5, 1, 2.5], "location": 0.5}
array crps_two_piece_normal(vector_view observations, broadcast_view scale1, broadcast_view scale2,
                            broadcast_view location, const distribution_options& options = {},
                            const context& ctx = {});

/// CRPS of a two-piece normal forecast and its derivatives by its parameters.
///
/// d_location = 1 - 2 F(y), 0 at the location; d_scale1 and d_scale2 by the quotient rule, dimensionless
///
/// @inputs              crps_two_piece_normal
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as crps_two_piece_normal, derivatives 16 ulp of the largest of their terms;
///                      same bits everywhere
crps_two_piece_normal_grad_result crps_two_piece_normal_grad(vector_view observations, broadcast_view scale1,
                                                             broadcast_view scale2, broadcast_view location,
                                                             const distribution_options& options = {},
                                                             const context& ctx = {});

/// Log score (minus log density) of a two-piece normal forecast, one value per observation.
///
/// (y - location)^2/(2 s^2) + log(s1 + s2) + log(2 pi)/2 - log 2, s the scale on the side of y
///
/// @inputs              crps_two_piece_normal
/// @return              (n) score in nats, smaller is better
/// @accuracy            4 ulp of the largest of its terms; same bits everywhere
/// @source              Good 1952
array log_score_two_piece_normal(vector_view observations, broadcast_view scale1, broadcast_view scale2,
                                 broadcast_view location, const distribution_options& options = {},
                                 const context& ctx = {});

/// Log score of a two-piece normal forecast and its derivatives by its parameters.
///
/// d_location = -(y - location)/s^2; 1/(s1 + s2) for both scales, less (y - location)^2/s^3 for that on the
/// side of y
///
/// @inputs              crps_two_piece_normal
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as log_score_two_piece_normal, derivatives 16 ulp of the largest of their
///                      terms; same bits everywhere
log_score_two_piece_normal_grad_result log_score_two_piece_normal_grad(
    vector_view observations, broadcast_view scale1, broadcast_view scale2, broadcast_view location,
    const distribution_options& options = {}, const context& ctx = {});

/// CRPS of a two-piece exponential forecast with its gradient.
struct crps_two_piece_exponential_grad_result {
  array crps;        ///< (n) score in the unit of the observations
  array d_scale1;    ///< (n) derivative by the scale below the location
  array d_scale2;    ///< (n) derivative by the scale above the location
  array d_location;  ///< (n) derivative by the location
};

/// Log score of a two-piece exponential forecast with its gradient.
struct log_score_two_piece_exponential_grad_result {
  array score;       ///< (n) minus the log density at the outcome
  array d_scale1;    ///< (n) derivative by the scale below the location
  array d_scale2;    ///< (n) derivative by the scale above the location
  array d_location;  ///< (n) derivative by the location
};

/// CRPS of a two-piece exponential forecast, one value per observation.
///
/// a + 2 s^2/(s1 + s2) expm1(-a/s) + (s1^3 + s2^3)/(2 (s1 + s2)^2), a = |y - location|, s the scale on its
/// side
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param scale1        (n) scale s1 > 0 below the location, unit u, one number or one a row; NaN allowed
///                      with nan_policy omit or propagate
/// @param scale2        (n) scale s2 > 0 above the location, unit u, one number or one a row; NaN allowed
///                      with nan_policy omit or propagate
/// @param location      (n) mode, where the pieces meet, unit u, one number or one a row; NaN allowed
///                      with nan_policy omit or propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u, >= 0, smaller is better
/// @throws              shape_error  empty_input; length_mismatch
/// @throws              value_error  non_finite: observations, location; out_of_range: scale1, scale2
/// @accuracy            8 ulp of the largest of its terms; same bits everywhere
/// @cost                O(n)
/// @source              Jordan, Krueger & Lerch 2019, appendix
/// @parallel            rows
/// @example             {"observations": [-1, 0, 4], "scale1": 1, "scale2": [2.5, 1, 2.5], "location": 0.5}
array crps_two_piece_exponential(vector_view observations, broadcast_view scale1, broadcast_view scale2,
                                 broadcast_view location, const distribution_options& options = {},
                                 const context& ctx = {});

/// CRPS of a two-piece exponential forecast and its derivatives by its parameters.
///
/// d_location = 1 - 2 F(y), 0 at the location; d_scale1 and d_scale2 by the quotient rule, dimensionless
///
/// @inputs              crps_two_piece_exponential
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as crps_two_piece_exponential, derivatives 16 ulp of the largest of their
///                      terms; same bits everywhere
crps_two_piece_exponential_grad_result crps_two_piece_exponential_grad(
    vector_view observations, broadcast_view scale1, broadcast_view scale2, broadcast_view location,
    const distribution_options& options = {}, const context& ctx = {});

/// Log score (minus log density) of a two-piece exponential forecast, one value per observation.
///
/// |y - location|/s + log(s1 + s2), s the scale on the side of y
///
/// @inputs              crps_two_piece_exponential
/// @return              (n) score in nats, smaller is better
/// @accuracy            4 ulp of the largest of its terms; same bits everywhere
/// @source              Good 1952
array log_score_two_piece_exponential(vector_view observations, broadcast_view scale1, broadcast_view scale2,
                                      broadcast_view location, const distribution_options& options = {},
                                      const context& ctx = {});

/// Log score of a two-piece exponential forecast and its derivatives by its parameters.
///
/// d_location = -sgn(y - location)/s; 1/(s1 + s2) for both scales, less |y - location|/s^2 for that on the
/// side of y
///
/// @inputs              crps_two_piece_exponential
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as log_score_two_piece_exponential, derivatives 16 ulp of the largest of
///                      their terms; same bits everywhere
log_score_two_piece_exponential_grad_result log_score_two_piece_exponential_grad(
    vector_view observations, broadcast_view scale1, broadcast_view scale2, broadcast_view location,
    const distribution_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::scoring
