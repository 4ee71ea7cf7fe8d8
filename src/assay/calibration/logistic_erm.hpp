// Logistic regression: the baseline model of predictive multiplicity.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of the logistic regression.
struct logistic_erm_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// Inverse strength of the penalty |w|^2/C, at least 1e-300; Infinity: no penalty.
  double C = 1e6;
};

/// The model of least penalised loss.
struct logistic_erm_result {
  array coefficients;          ///< (k) intercept, then one coefficient a column of X
  double mean_log_loss = 0.0;  ///< mean log loss in nats, without the penalty
  double objective = 0.0;      ///< mean log loss + |w|^2/C, w without the intercept
  array probabilities;         ///< (n) probability of label 1 at each row
};

/// Logistic regression with an intercept by empirical risk minimisation: the least mean log loss + |w|^2/C,
/// where w leaves out the intercept.
///
/// Columns are standardised within, which changes nothing but rounding: X may have any units.
///
/// @param X             (n, d) predictors
/// @param y             (n) label 0 or 1
/// @param options       penalty, weights
/// @param ctx           running conditions
/// @return              coefficients, loss, probabilities
/// @throws shape_error  empty_input; length_mismatch; wrong_rank: y
/// @throws value_error  non_finite: X; bad_label; single_class: y; bad_weight; zero_weight; bad_parameter: C;
///                      no_minimiser: no minimum, as for classes that a plane separates without a penalty
/// @accuracy            1e-12 of well-determined coefficients; same bits everywhere
/// @cost                O(n d^2) for each of about 8 Newton steps
/// @source              Watson-Daniels, Parkes & Ustun 2022, sec. 2 (objective)
/// @example             {"X": [[0.5], [1], [2], [3]], "y": [0, 1, 0, 1], "C": 1000}
logistic_erm_result logistic_erm(matrix_view X, integer_view y, const logistic_erm_options& options = {},
                                 const context& ctx = {});

}  // namespace assay::inline v1::calibration
