// Scores of Student t forecast distributions, with gradients by their parameters.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/distribution.hpp"

namespace assay::inline v1::scoring {

/// CRPS of a Student t forecast with its gradient.
struct crps_t_grad_result {
  array crps;        ///< (n) score in the unit of the observations
  array d_df;        ///< (n) derivative by the degrees of freedom
  array d_location;  ///< (n) derivative by the location
  array d_scale;     ///< (n) derivative by the scale
};

/// Log score of a Student t forecast with its gradient.
struct log_score_t_grad_result {
  array score;       ///< (n) minus the log density at the outcome
  array d_df;        ///< (n) derivative by the degrees of freedom
  array d_location;  ///< (n) derivative by the location
  array d_scale;     ///< (n) derivative by the scale
};

/// CRPS of a Student t forecast, one value per observation.
///
/// scale [ z (2 F(z) - 1) + 2 f(z) (df + z^2)/(df - 1) - 2 sqrt(df)/(df - 1) B(1/2, df - 1/2)/B(1/2, df/2)^2
/// ], z = (y - location)/scale, f and F density and distribution function
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param df            (n) degrees of freedom > 1, one number or one a row; NaN allowed with nan_policy
///                      omit or propagate
/// @param location      (n) location, unit u, one number or one a row; NaN allowed with nan_policy omit
///                      or propagate
/// @param scale         (n) scale > 0, unit u, one number or one a row; NaN allowed with nan_policy omit
///                      or propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u, >= 0, smaller is better
/// @throws              shape_error  empty_input; length_mismatch
/// @throws              value_error  non_finite: observations, location; out_of_range: df, scale
/// @accuracy            (24 + 4/(df - 1)) ulp; same bits everywhere
/// @cost                O(n)
/// @source              Jordan, Krueger & Lerch 2019, appendix
/// @parallel            rows
/// @example             {"observations": [-1, 0.3, 4], "df": 3, "location": 0, "scale": [1, 2, 1]}
array crps_t(vector_view observations, broadcast_view df, broadcast_view location, broadcast_view scale,
             const distribution_options& options = {}, const context& ctx = {});

/// CRPS of a Student t forecast and its derivatives by its parameters.
///
/// d_location = 1 - 2 F(z), d_scale = (crps + (y - location) d_location)/scale; d_df is the derivative of the
/// same computation, carried along with it
///
/// @inputs              crps_t
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as crps_t, d_location 24 ulp of 1, d_scale (8 + 4/(df - 1)) ulp of 1, d_df
///                      1e-13 (1 + 1/(df - 1)^2) of the score; same bits everywhere
crps_t_grad_result crps_t_grad(vector_view observations, broadcast_view df, broadcast_view location,
                               broadcast_view scale, const distribution_options& options = {},
                               const context& ctx = {});

/// Log score (minus log density) of a Student t forecast, one value per observation.
///
/// (df + 1)/2 log(1 + z^2/df) + log(sqrt(df) B(1/2, df/2)) + log(scale), z = (y - location)/scale
///
/// @inputs              crps_t
/// @return              (n) score in nats, smaller is better
/// @accuracy            8 ulp of the largest of its terms; same bits everywhere
/// @source              Good 1952
array log_score_t(vector_view observations, broadcast_view df, broadcast_view location, broadcast_view scale,
                  const distribution_options& options = {}, const context& ctx = {});

/// Log score of a Student t forecast and its derivatives by its parameters.
///
/// d_location = -(df + 1) z/(df + z^2)/scale, d_scale = (1 - (df + 1) z^2/(df + z^2))/scale; d_df is the
/// derivative of the same computation, carried along with it
///
/// @inputs              crps_t
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as log_score_t, derivatives 1e-14 of the largest of their terms; same bits
///                      everywhere
log_score_t_grad_result log_score_t_grad(vector_view observations, broadcast_view df, broadcast_view location,
                                         broadcast_view scale, const distribution_options& options = {},
                                         const context& ctx = {});

}  // namespace assay::inline v1::scoring
