// Consistent scoring functions of point forecasts, and the Murphy diagram that holds them all.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/scoring/ensemble.hpp"

namespace assay::inline v1::scoring {

/// Choices of the scores of point forecasts.
struct point_score_options {
  /// What to do with NaN in observations and predictions: omit and propagate both give NaN for that row.
  scoring::nan_policy nan_policy = scoring::nan_policy::raise;
};

/// Squared error, consistent for the mean.
///
/// (x - y)^2
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param predictions   (n) forecast x, unit u; NaN allowed with nan_policy omit or propagate
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u^2, >= 0, smaller is better
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: observations, predictions
/// @accuracy            2 ulp; same bits everywhere
/// @cost                O(n)
/// @source              Gneiting 2011, table 1
/// @parallel            rows
/// @example             {"observations": [-1.2, 0.3], "predictions": [-1, 0.1]}
array squared_error(vector_view observations, vector_view predictions,
                    const point_score_options& options = {}, const context& ctx = {});

/// Absolute error, consistent for the median.
///
/// |x - y|
///
/// @inputs              squared_error
/// @return              (n) score in unit u, >= 0, smaller is better
/// @accuracy            1 ulp; same bits everywhere
array absolute_error(vector_view observations, vector_view predictions,
                     const point_score_options& options = {}, const context& ctx = {});

/// Expectile score, consistent for the expectile of a level; half the squared error at level 1/2.
///
/// |1{y < x} - level| (x - y)^2
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param predictions   (n) forecast x of the expectile, unit u; NaN allowed with nan_policy omit or
/// propagate
/// @param level         (n) level of the expectile in (0, 1), one number or one a row
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) score in unit u^2, >= 0, smaller is better
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: observations, predictions; out_of_range: level
/// @accuracy            4 ulp; same bits everywhere
/// @cost                O(n)
/// @source              Newey & Powell 1987; Gneiting 2011, table 2
/// @parallel            rows
/// @example             {"observations": [-1.2, 0.3], "predictions": [-1, 0.1], "level": 0.2}
array expectile_score(vector_view observations, vector_view predictions, broadcast_view level,
                      const point_score_options& options = {}, const context& ctx = {});

/// Huber loss: squared near the outcome, linear far from it.
///
/// e^2/2 for |e| <= delta, else delta (|e| - delta/2), e = x - y
///
/// @param observations  (n) outcome y, any unit u; NaN allowed with nan_policy omit or propagate
/// @param predictions   (n) forecast x, unit u; NaN allowed with nan_policy omit or propagate
/// @param delta         (n) distance > 0 from which the loss is linear, unit u, one number or one a row
/// @param options       NaN policy
/// @param ctx           running conditions
/// @return              (n) loss in unit u^2, >= 0, smaller is better
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: observations, predictions; out_of_range: delta
/// @accuracy            4 ulp; same bits everywhere
/// @cost                O(n)
/// @source              Huber 1964; Taggart 2022
/// @parallel            rows
/// @example             {"observations": [-1.2, 0.3], "predictions": [-1, 0.1], "delta": 0.5}
array huber_loss(vector_view observations, vector_view predictions, broadcast_view delta,
                 const point_score_options& options = {}, const context& ctx = {});

/// What a point forecast is a forecast of.
enum class murphy_functional {
  quantile,   ///< the quantile of a level
  expectile,  ///< the expectile of a level; the mean at 1/2
  huber       ///< the Huber functional: the expectile of what lies within huber_parameter
};

/// Choices of the Murphy diagram.
struct murphy_diagram_options {
  /// Distance from the threshold > 0 beyond which the functional huber counts no more.
  double huber_parameter = 1.0;
};

/// Murphy diagram: the mean elementary score of point forecasts at each threshold. A forecast below another
/// at every threshold is better under every score that is consistent for the functional.
///
/// Where x > t >= y the cost is 1 - level, where x <= t < y it is level; times 1 (quantile), |y - t|
/// (expectile) or min(|y - t|, a) (huber). The integral over t is the quantile score, half the expectile
/// score.
///
/// @param observations  (n) outcome y, any unit u
/// @param predictions   (n) forecast x of the functional, unit u
/// @param functional    quantile, expectile or huber
/// @param level         level of the functional in (0, 1)
/// @param thresholds    (k) thresholds t, unit u
/// @param options       parameter of huber
/// @param ctx           running conditions
/// @return              (k) mean elementary score, unit 1 or u, >= 0, smaller is better
/// @throws shape_error  empty_input; length_mismatch
/// @throws value_error  non_finite: observations, predictions, thresholds; out_of_range: level;
/// bad_parameter:
///                      huber_parameter
/// @accuracy            2 ulp, by compensated sums; same bits everywhere
/// @cost                O(n k)
/// @source              Ehm, Gneiting, Jordan & Krueger 2016; Taggart 2022
/// @example             {"observations": [-1.2, 0.3], "predictions": [-1, 0.1], "functional": "expectile",
/// "level": 0.5, "thresholds": [-1, 0]}
array murphy_diagram(vector_view observations, vector_view predictions, murphy_functional functional,
                     double level, vector_view thresholds, const murphy_diagram_options& options = {},
                     const context& ctx = {});

}  // namespace assay::inline v1::scoring
