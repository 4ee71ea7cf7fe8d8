// Predictive multiplicity: how far the predictions of nearly equally good logistic models differ.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of the viable prediction range.
struct viable_prediction_range_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// Inverse strength of the baseline's penalty |w|^2/C, at least 1e-300; Infinity: no penalty.
  double C = 1e6;
  /// (q) numbers of the rows of X that are asked about; default: all
  integer_view points = {};
  /// (q, d) other points to ask about, instead of rows of X
  matrix_view query = {};
  /// The loss may grow by epsilon times the baseline's instead of by epsilon.
  bool relative = false;
};

/// The range of each point, and the baseline within it.
struct viable_prediction_range_result {
  array lower;                 ///< (q) smallest probability that a competing model gives
  array upper;                 ///< (q) largest probability that a competing model gives
  array baseline;              ///< (q) probability of the baseline model
  double baseline_loss = 0.0;  ///< mean log loss of the baseline, without its penalty
};

/// Viable prediction ranges: the smallest and the largest probability that any logistic model gives a point,
/// among the models whose mean log loss is at most epsilon above that of the baseline.
///
/// The baseline is that of logistic_erm. The loss of competing models counts without the penalty. Exact, not
/// a search among candidates: on the ellipse-like set of models the log-odds of a point is linear, and where
/// it is largest the gradient of the loss is along the point. Where separable classes or columns without
/// variation leave a direction free, an end is 0 or 1.
///
/// @param X             (n, d) predictors
/// @param y             (n) label 0 or 1
/// @param epsilon       how much larger than the baseline's the mean log loss may be, >= 0
/// @param options       penalty, weights, points, relative epsilon
/// @param ctx           running conditions
/// @return              ranges, baseline, its loss
/// @throws shape_error  empty_input; length_mismatch; wrong_rank: y, points
/// @throws value_error  non_finite: X, query; bad_label; single_class: y; bad_weight; zero_weight;
///                      bad_parameter: C, epsilon; out_of_range: points; unsupported: points with query;
///                      no_minimiser: the baseline does not exist
/// @accuracy            1e-10 of the log-odds at the ends; same bits everywhere
/// @cost                O(n d^2) for each of about 5 steps an end
/// @source              Watson-Daniels, Parkes & Ustun 2022, sec. 3, with the exact range in place of a grid
/// @example             {"X": [[0.5], [1], [2], [3]], "y": [0, 1, 0, 1], "epsilon": 0.01, "points": [0, 2]}
viable_prediction_range_result viable_prediction_range(matrix_view X, integer_view y, double epsilon,
                                                       const viable_prediction_range_options& options = {},
                                                       const context& ctx = {});

/// Choices of the ambiguity.
struct delta_ambiguity_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// Inverse strength of the baseline's penalty |w|^2/C, at least 1e-300; Infinity: no penalty.
  double C = 1e6;
  /// The loss may grow by epsilon times the baseline's instead of by epsilon.
  bool relative = false;
};

/// Ambiguity: the share of rows to which some competing model gives a probability at least delta away from
/// the baseline's. From the viable prediction ranges, so exact.
///
/// @param X             (n, d) predictors
/// @param y             (n) label 0 or 1
/// @param epsilon       how much larger than the baseline's the mean log loss may be, >= 0
/// @param delta         change of a probability that counts, in [0, 1]
/// @param options       penalty, weights, relative epsilon
/// @param ctx           running conditions
/// @return              share of rows in [0, 1]
/// @throws shape_error  empty_input; length_mismatch; wrong_rank: y
/// @throws value_error  non_finite: X; bad_label; single_class: y; bad_weight; zero_weight; bad_parameter: C,
///                      epsilon, delta; no_minimiser: the baseline does not exist
/// @accuracy            as viable_prediction_range; same bits everywhere
/// @cost                O(n^2 d^2)
/// @source              Watson-Daniels, Parkes & Ustun 2022, sec. 3
/// @example             {"X": [[0.5], [1], [2], [3]], "y": [0, 1, 0, 1], "epsilon": 0.01, "delta": 0.1}
double delta_ambiguity(matrix_view X, integer_view y, double epsilon, double delta,
                       const delta_ambiguity_options& options = {}, const context& ctx = {});

/// Choices of the discrepancy.
struct delta_discrepancy_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// Inverse strength of the baseline's penalty |w|^2/C, at least 1e-300; Infinity: no penalty.
  double C = 1e6;
  /// The loss may grow by epsilon times the baseline's instead of by epsilon.
  bool relative = false;
};

/// Bounds of the discrepancy and the model of the lower one.
struct delta_discrepancy_result {
  double lower = 0.0;  ///< share that one competing model changes: certain, the best one found
  double upper = 0.0;  ///< no competing model changes a larger share: the ambiguity
  array coefficients;  ///< (k) intercept and coefficients of the model found
  double loss = 0.0;   ///< its mean log loss, at most epsilon above the baseline's
};

/// Discrepancy: the largest share of rows whose probability one competing model changes by at least delta.
///
/// The lower bound is a model: the best of those that go farthest for some row, then moved along the edge of
/// the set of competing models while more rows change. The upper bound is the ambiguity.
///
/// @param X             (n, d) predictors
/// @param y             (n) label 0 or 1
/// @param epsilon       how much larger than the baseline's the mean log loss may be, >= 0
/// @param delta         change of a probability that counts, in [0, 1]
/// @param options       penalty, weights, relative epsilon
/// @param ctx           running conditions
/// @return              bounds in [0, 1] and the model found
/// @throws shape_error  empty_input; length_mismatch; wrong_rank: y
/// @throws value_error  non_finite: X; bad_label; single_class: y; bad_weight; zero_weight; bad_parameter: C,
///                      epsilon, delta; no_minimiser: the baseline does not exist
/// @accuracy            the lower bound holds exactly for the model given; same bits everywhere
/// @cost                O(n^2 d^2)
/// @source              Watson-Daniels, Parkes & Ustun 2022, sec. 3 (a mixed-integer programme there)
/// @example             {"X": [[0.5], [1], [2], [3]], "y": [0, 1, 0, 1], "epsilon": 0.01, "delta": 0.1}
delta_discrepancy_result delta_discrepancy(matrix_view X, integer_view y, double epsilon, double delta,
                                           const delta_discrepancy_options& options = {},
                                           const context& ctx = {});

}  // namespace assay::inline v1::calibration
