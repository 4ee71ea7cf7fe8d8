// CRPS of forecasts given by their distribution function on thresholds.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/ensemble.hpp"

namespace assay::inline v1::scoring {

/// How a distribution function runs between thresholds.
enum class cdf_interpolation {
  linear,  ///< straight from one value to the next
  step     ///< constant from a threshold up to the next
};

/// Choices of the CRPS of distribution functions.
struct crps_cdf_options {
  /// How the function runs between thresholds.
  cdf_interpolation interpolation = cdf_interpolation::linear;
  /// (q) weight of the outcomes from a threshold up to the next, >= 0; the first and last hold beyond the
  /// ends; default:
  /// 1
  vector_view threshold_weights = {};
  /// What to do with NaN in observations and distribution functions: omit and propagate both give NaN for
  /// that row.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// CRPS and its parts: crps = overforecast + underforecast.
struct crps_cdf_result {
  array crps;           ///< (n) score in the unit of the observations
  array overforecast;   ///< (n) integral of (1 - F)^2 above the outcome
  array underforecast;  ///< (n) integral of F^2 below the outcome
};

/// CRPS of forecasts given by their distribution function on thresholds: the exact integral of the
/// interpolated function.
///
/// integral of w(x) (F(x) - 1{x >= y})^2. Beyond the outer thresholds F keeps its first and last value, up to
/// the outcome only.
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param thresholds    (q) or (n, q) thresholds, strictly increasing, unit u; one row for all forecasts or
/// one each
/// @param cdf           (n, q) probability of an outcome <= threshold, in [0, 1], not decreasing; NaN allowed
/// with
///                      nan_policy omit or propagate
/// @param options       interpolation; weights; NaN policy
/// @param ctx           running conditions
/// @return              score and parts in unit u, >= 0, smaller is better
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: observations, thresholds; out_of_range: thresholds, cdf; bad_weight,
///                      zero_weight: threshold_weights
/// @accuracy            q ulp; same bits everywhere
/// @cost                O(n q)
/// @source              Matheson & Winkler 1976; Gneiting & Ranjan 2011
/// @parallel            rows
/// @example             {"observations": [0.5, 4], "thresholds": [0, 1, 2], "cdf": [[0, 0.5, 1], [0.1, 0.2,
/// 0.9]]}
crps_cdf_result crps_cdf(vector_view observations, array_view thresholds, matrix_view cdf,
                         const crps_cdf_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::scoring
