// Quantile (pinball) score of point forecasts.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/ensemble.hpp"

namespace assay::inline v1::scoring {

/// Choices of the quantile score.
struct quantile_score_options {
  /// What to do with NaN in observations and predictions: omit and propagate both give NaN for that row.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Quantile score with its gradient.
struct quantile_score_grad_result {
  array score;  ///< (n) score in the unit of the observations
  array grad;   ///< (n) derivative by the prediction: -level below the outcome, 1 - level above it, 0 on it
};

/// Quantile score of forecasts of one quantile, one value per observation.
///
/// (1{y <= q} - level)(q - y)
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param predictions   (n) forecast q of the quantile, unit u; NaN allowed with nan_policy omit or propagate
/// @param level         (n) level of the quantile in (0, 1), one number or one a row
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u, >= 0, smaller is better
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: observations, predictions; out_of_range: level
/// @accuracy            2 ulp; same bits everywhere
/// @cost                O(n)
/// @source              Koenker & Bassett 1978; Gneiting & Raftery 2007, sec. 6.1
/// @parallel            rows
/// @example             {"observations": [-1.2, 0.3], "predictions": [-1, 0.1], "level": 0.1}
array quantile_score(vector_view observations, vector_view predictions, broadcast_view level,
                     const quantile_score_options& options = {}, const context& ctx = {});

/// Quantile score and its derivative by the prediction.
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param predictions   (n) forecast q of the quantile, unit u; NaN allowed with nan_policy omit or propagate
/// @param level         (n) level of the quantile in (0, 1), one number or one a row
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              score and derivative per row, the derivative in the input's precision
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: observations, predictions; out_of_range: level
/// @accuracy            2 ulp; same bits everywhere
/// @cost                O(n)
/// @source              Koenker & Bassett 1978
/// @parallel            rows
/// @example             {"observations": [-1.2, 0.3], "predictions": [-1, 0.1], "level": 0.1}
quantile_score_grad_result quantile_score_grad(vector_view observations, vector_view predictions,
                                               broadcast_view level,
                                               const quantile_score_options& options = {},
                                               const context& ctx = {});

}  // namespace assay::inline v1::scoring
