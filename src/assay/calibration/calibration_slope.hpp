// How forecasts would have to be stretched and shifted on the scale of logits, and whether they need it.
#pragma once

#include <cstdint>

#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of Cox's recalibration test.
struct calibration_slope_intercept_options {
  /// (n) weight of each row, >= 0; a row of weight 2 counts as two rows; default: 1
  vector_view weights = {};
  /// Probabilities are cut to eps .. 1 - eps, in [0, 0.5); 0: none may be 0 or 1
  double eps = 0.0;
};

/// Logistic recalibration of forecasts and the test that none is needed.
struct calibration_slope_intercept_result {
  double slope = 0.0;                     ///< 1 when calibrated; below 1: forecasts too extreme
  double intercept = 0.0;                 ///< 0 when calibrated
  double calibration_in_the_large = 0.0;  ///< intercept with the slope 1; above 0: forecasts too low
  double slope_std_error = 0.0;           ///< standard error of the slope
  double intercept_std_error = 0.0;       ///< standard error of the intercept
  double in_the_large_std_error = 0.0;    ///< standard error of calibration_in_the_large
  double statistic = 0.0;                 ///< likelihood ratio against slope 1 and intercept 0
  std::int64_t df = 2;                    ///< its degrees of freedom
  double p_value = 0.0;                   ///< probability of a larger statistic for calibrated forecasts
};

/// Calibration slope and intercept: logistic regression of the labels on the logits of the forecasts.
///
/// logit P(y = 1) = intercept + slope logit p. Standard errors are from the information at the fit. Weights
/// that are not numbers of rows leave slope and intercept right, but not standard errors and p-value.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in (0, 1), with eps in [0, 1]
/// @param options        eps, weights
/// @param ctx            running conditions
/// @return               slope, intercepts, standard errors, likelihood-ratio test
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities, eps; bad_label; bad_weight; zero_weight; single_class:
///                       labels; degenerate: probabilities that are all equal; no_minimiser: probabilities
///                       that no event, or no other row, exceeds
/// @accuracy             coefficients and errors 1e-10, statistic 1e-14 of the log-likelihood; same bits
///                       everywhere
/// @cost                 O(n) for each of some ten steps
/// @source               Cox 1958; Miller, Langefeld, Tierney, Hui & McDonald 1993
/// @example              {"labels": [0, 1, 0, 1, 1, 0], "probabilities": [0.1, 0.4, 0.6, 0.9, 0.8, 0.3]}
calibration_slope_intercept_result calibration_slope_intercept(
    integer_view labels, vector_view probabilities, const calibration_slope_intercept_options& options = {},
    const context& ctx = {});

}  // namespace assay::inline v1::calibration
