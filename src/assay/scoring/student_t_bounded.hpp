// Scores of truncated and censored Student t forecast distributions, with gradients by their parameters.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/distribution.hpp"

namespace assay::inline v1::scoring {

/// CRPS of a truncated Student t forecast with its gradient.
struct crps_tt_grad_result {
  array crps;        ///< (n) score in the unit of the observations
  array d_df;        ///< (n) derivative by the degrees of freedom
  array d_location;  ///< (n) derivative by the location
  array d_scale;     ///< (n) derivative by the scale
};

/// Log score of a truncated Student t forecast with its gradient.
struct log_score_tt_grad_result {
  array score;       ///< (n) minus the log density at the outcome
  array d_df;        ///< (n) derivative by the degrees of freedom
  array d_location;  ///< (n) derivative by the location
  array d_scale;     ///< (n) derivative by the scale
};

/// CRPS of a truncated Student t forecast, one value per observation.
///
/// integral of (F(x) - 1{x >= y})^2, F = (G - G(l))/(G(u) - G(l)) between the standardised ends l and u
///
/// @param observations  (n) outcome y, any unit u; beyond the ends it adds its distance; NaN allowed with
///                      nan_policy omit or propagate
/// @param df            (n) degrees of freedom > 1, one number or one a row; NaN allowed with nan_policy
///                      omit or propagate
/// @param location      (n) location of the unbounded distribution, unit u, one number or one a row; NaN
///                      allowed with nan_policy omit or propagate
/// @param scale         (n) scale > 0 of the unbounded distribution, unit u, one number or one a row; NaN
///                      allowed with nan_policy omit or propagate
/// @param lower         (n) lower end, unit u; may be -Infinity, one number or one a row; NaN allowed
///                      with nan_policy omit or propagate
/// @param upper         (n) upper end > lower, unit u; may be Infinity, one number or one a row; NaN
///                      allowed with nan_policy omit or propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u, >= 0, smaller is better
/// @throws              shape_error  empty_input; length_mismatch
/// @throws              value_error  non_finite: observations, location; out_of_range: df, scale, lower >=
///                      upper
/// @accuracy            32 ulp of scale, times b^2 where the interval begins b > 1 scales into a tail,
///                      over h^2 where it is h < 1 scales wide; same bits everywhere
/// @cost                O(n)
/// @source              Jordan, Krueger & Lerch 2019, appendix
/// @parallel            rows
/// @example             {"observations": [-1, 0.3, 4], "df": 5, "location": 0, "scale": [1, 2, 1], "lower":
/// -0.5, "upper": 1.2}
array crps_tt(vector_view observations, broadcast_view df, broadcast_view location, broadcast_view scale,
              broadcast_view lower, broadcast_view upper, const distribution_options& options = {},
              const context& ctx = {});

/// CRPS of a truncated Student t forecast and its derivatives by its parameters.
///
/// by degrees of freedom, location and scale, the bounds held fixed; derivative of the same computation,
/// carried along with it
///
/// @inputs              crps_tt
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as crps_tt, derivatives ten times its tolerance; same bits
///                      everywhere
crps_tt_grad_result crps_tt_grad(vector_view observations, broadcast_view df, broadcast_view location,
                                 broadcast_view scale, broadcast_view lower, broadcast_view upper,
                                 const distribution_options& options = {}, const context& ctx = {});

/// Log score (minus log density) of a truncated Student t forecast, one value per observation.
///
/// -log g(z) + log(scale) + log(G(u) - G(l)), z = (y - location)/scale; Infinity outside [lower, upper]
///
/// @inputs              crps_tt
/// @return              (n) score in nats, smaller is better
/// @accuracy            8 ulp of the largest of its terms, over h where the interval is h < 1 scales
///                      wide; same bits everywhere
/// @source              Good 1952
array log_score_tt(vector_view observations, broadcast_view df, broadcast_view location, broadcast_view scale,
                   broadcast_view lower, broadcast_view upper, const distribution_options& options = {},
                   const context& ctx = {});

/// Log score of a truncated Student t forecast and its derivatives by its parameters.
///
/// by degrees of freedom, location and scale, the bounds held fixed; all 0 outside the interval
///
/// @inputs              crps_tt
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as log_score_tt, derivatives 32 ulp of the largest of their terms,
///                      over h; same bits everywhere
log_score_tt_grad_result log_score_tt_grad(vector_view observations, broadcast_view df,
                                           broadcast_view location, broadcast_view scale,
                                           broadcast_view lower, broadcast_view upper,
                                           const distribution_options& options = {}, const context& ctx = {});

/// CRPS of a censored Student t forecast with its gradient.
struct crps_ct_grad_result {
  array crps;        ///< (n) score in the unit of the observations
  array d_df;        ///< (n) derivative by the degrees of freedom
  array d_location;  ///< (n) derivative by the location
  array d_scale;     ///< (n) derivative by the scale
};

/// CRPS of a censored Student t forecast, one value per observation.
///
/// scale [ |z - c| + crps of the unbounded distribution at c - integral of G^2 below l - integral of (1 -
/// G)^2 above u ], standardised outcome z and ends l, u, c = z brought into [l, u]; the mass beyond the ends
/// lies at them
///
/// @param observations  (n) outcome y, any unit u; beyond the ends it adds its distance; NaN allowed with
///                      nan_policy omit or propagate
/// @param df            (n) degrees of freedom > 1, one number or one a row; NaN allowed with nan_policy
///                      omit or propagate
/// @param location      (n) location of the unbounded distribution, unit u, one number or one a row; NaN
///                      allowed with nan_policy omit or propagate
/// @param scale         (n) scale > 0 of the unbounded distribution, unit u, one number or one a row; NaN
///                      allowed with nan_policy omit or propagate
/// @param lower         (n) lower end, unit u; may be -Infinity, one number or one a row; NaN allowed
///                      with nan_policy omit or propagate
/// @param upper         (n) upper end > lower, unit u; may be Infinity, one number or one a row; NaN
///                      allowed with nan_policy omit or propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u, >= 0, smaller is better
/// @throws              shape_error  empty_input; length_mismatch
/// @throws              value_error  non_finite: observations, location; out_of_range: df, scale, lower >=
///                      upper
/// @accuracy            16 ulp of the largest of its terms, of the size of location - end where that is
///                      finite; same bits everywhere
/// @cost                O(n)
/// @source              Jordan, Krueger & Lerch 2019, appendix
/// @parallel            rows
/// @example             {"observations": [-1, 0.3, 4], "df": 5, "location": 0, "scale": [1, 2, 1], "lower":
/// -0.5, "upper": 1.2}
array crps_ct(vector_view observations, broadcast_view df, broadcast_view location, broadcast_view scale,
              broadcast_view lower, broadcast_view upper, const distribution_options& options = {},
              const context& ctx = {});

/// CRPS of a censored Student t forecast and its derivatives by its parameters.
///
/// by degrees of freedom, location and scale, the bounds held fixed: the difference of the squares of G at
/// the ends enters
///
/// @inputs              crps_ct
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as crps_ct, derivatives 32 ulp of 1; same bits everywhere
crps_ct_grad_result crps_ct_grad(vector_view observations, broadcast_view df, broadcast_view location,
                                 broadcast_view scale, broadcast_view lower, broadcast_view upper,
                                 const distribution_options& options = {}, const context& ctx = {});

/// CRPS of a truncated Student t forecast with point masses at the ends with its gradient.
struct crps_gtct_grad_result {
  array crps;        ///< (n) score in the unit of the observations
  array d_df;        ///< (n) derivative by the degrees of freedom
  array d_location;  ///< (n) derivative by the location
  array d_scale;     ///< (n) derivative by the scale
};

/// CRPS of a truncated Student t forecast with point masses at the ends, one value per observation.
///
/// integral of (F(x) - 1{x >= y})^2, F = lmass + (1 - lmass - umass) (G - G(l))/(G(u) - G(l)) between the
/// standardised ends l and u; Infinity where a mass lies at an infinite end
///
/// @param observations  (n) outcome y, any unit u; beyond the ends it adds its distance; NaN allowed with
///                      nan_policy omit or propagate
/// @param df            (n) degrees of freedom > 1, one number or one a row; NaN allowed with nan_policy
///                      omit or propagate
/// @param location      (n) location of the unbounded distribution, unit u, one number or one a row; NaN
///                      allowed with nan_policy omit or propagate
/// @param scale         (n) scale > 0 of the unbounded distribution, unit u, one number or one a row; NaN
///                      allowed with nan_policy omit or propagate
/// @param lower         (n) lower end, unit u; may be -Infinity, one number or one a row; NaN allowed
///                      with nan_policy omit or propagate
/// @param upper         (n) upper end > lower, unit u; may be Infinity, one number or one a row; NaN
///                      allowed with nan_policy omit or propagate
/// @param lmass         (n) probability of the lower end itself, in [0, 1], one number or one a row; NaN
///                      allowed with nan_policy omit or propagate
/// @param umass         (n) probability of the upper end itself, in [0, 1], lmass + umass <= 1, one
///                      number or one a row; NaN allowed with nan_policy omit or propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u, >= 0, smaller is better
/// @throws              shape_error  empty_input; length_mismatch
/// @throws              value_error  non_finite: observations, location; out_of_range: df, scale, lower >=
///                      upper, lmass, umass
/// @accuracy            32 ulp of scale, times b^2 where the interval begins b > 1 scales into a tail,
///                      over h^2 where it is h < 1 scales wide; same bits everywhere
/// @cost                O(n)
/// @source              Jordan, Krueger & Lerch 2019, appendix
/// @parallel            rows
/// @example             {"observations": [-1, 0.3, 4], "df": 5, "location": 0, "scale": [1, 2, 1], "lower":
/// -0.5, "upper": 1.2, "lmass": 0.1, "umass": 0.2}
array crps_gtct(vector_view observations, broadcast_view df, broadcast_view location, broadcast_view scale,
                broadcast_view lower, broadcast_view upper, broadcast_view lmass, broadcast_view umass,
                const distribution_options& options = {}, const context& ctx = {});

/// CRPS of a truncated Student t forecast with point masses at the ends and its derivatives by its
/// parameters.
///
/// by degrees of freedom, location and scale, the bounds held fixed; derivative of the same computation,
/// carried along with it
///
/// @inputs              crps_gtct
/// @return              score and derivatives per row, derivatives in the input's precision
/// @accuracy            score as crps_gtct, derivatives ten times its tolerance; same bits
///                      everywhere
crps_gtct_grad_result crps_gtct_grad(vector_view observations, broadcast_view df, broadcast_view location,
                                     broadcast_view scale, broadcast_view lower, broadcast_view upper,
                                     broadcast_view lmass, broadcast_view umass,
                                     const distribution_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::scoring
