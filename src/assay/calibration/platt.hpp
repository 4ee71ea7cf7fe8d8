// Recalibration by a logistic curve of a score.
#pragma once

#include <string>
#include <string_view>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// What a logistic curve is fitted to and applied to.
enum class platt_input {
  scores,        ///< scores as they are: any finite numbers, log-odds among them
  probabilities  ///< probabilities; their log-odds serve as scores, clipped at those of 1e-12 and 1 - 1e-12
};

/// Choices of Platt's fit.
struct platt_fit_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// Targets (n1 + 1)/(n1 + 2) and 1/(n0 + 2) in place of 1 and 0, n1 and n0 the weights of both classes.
  bool smooth_targets = true;
  /// What the numbers given as scores are; the transform takes the same.
  platt_input input = platt_input::scores;
};

/// A fitted logistic curve.
struct platt_parameters {
  double slope = 1.0;      ///< a in logistic(a s + b)
  double intercept = 0.0;  ///< b in logistic(a s + b)
  bool converged = true;   ///< false where no best curve exists: separable data without smooth targets
};

/// Platt scaling: logistic(a s + b) with the a and b of least logarithmic loss.
///
/// scikit-learn stores both parameters with the other sign.
///
/// @model
/// @source Platt 1999; Lin, Lin & Weng 2007
class platt_model {
 public:
  /// Fits slope and intercept by Newton's method; slope 0 where all scores are equal.
  ///
  /// @param labels         (n) 1 where the event happened, else 0
  /// @param scores         (n) score of each row, higher for more probable events, or a probability
  /// @param options        weights, targets, kind of input
  /// @param ctx            running conditions
  /// @throws shape_error   empty_input; length_mismatch
  /// @throws value_error   non_finite: scores; out_of_range: probabilities as scores; bad_label; bad_weight;
  ///                       zero_weight; degenerate: scores so small that the slope overflows
  static platt_model fit(integer_view labels, vector_view scores, const platt_fit_options& options = {},
                         const context& ctx = {});

  /// Recalibrated probabilities.
  ///
  /// @param scores         (q) what fit took: scores or probabilities
  /// @return               (q) probability of the event, in the input's precision
  /// @throws shape_error   empty_input; wrong_rank
  /// @throws value_error   non_finite: scores; out_of_range: probabilities as scores
  [[nodiscard]] array transform(array_view scores) const;

  /// The fitted curve.
  [[nodiscard]] platt_parameters parameters() const;

  /// The model as JSON; numbers come back with all bits.
  [[nodiscard]] std::string to_json() const;

  /// The model that to_json() described.
  ///
  /// @param json           what to_json() gave
  /// @throws value_error   corrupt_bytes: not a model of this kind
  static platt_model from_json(std::string_view json);

 private:
  platt_model() = default;

  platt_parameters parameters_;
  platt_input input_ = platt_input::scores;
};

/// Choices of Platt's fit in one call.
struct platt_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// Targets (n1 + 1)/(n1 + 2) and 1/(n0 + 2) in place of 1 and 0, n1 and n0 the weights of both classes.
  bool smooth_targets = true;
  /// What the numbers given as scores are.
  platt_input input = platt_input::scores;
  /// (q) further scores to recalibrate; default: none
  vector_view query = {};
};

/// Fitted curve and recalibrated probabilities.
struct platt_result {
  double slope = 1.0;      ///< a in logistic(a s + b)
  double intercept = 0.0;  ///< b in logistic(a s + b)
  bool converged = true;   ///< false where no best curve exists: separable data without smooth targets
  array query;             ///< (q) recalibrated probabilities of the query; empty when none was given
};

/// Fits Platt scaling and applies it, in one call.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param scores         (n) score of each row, higher for more probable events, or a probability
/// @param options        weights, targets, kind of input, query
/// @param ctx            running conditions
/// @return               slope, intercept, recalibrated query
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   non_finite: scores, query; out_of_range: probabilities as scores; bad_label;
///                       bad_weight; zero_weight; degenerate: scores so small that the slope overflows
/// @accuracy             parameters to 1e-10 relative where the loss is curved; same bits everywhere
/// @cost                 O(n) for each of about 8 steps
/// @source               Platt 1999; Lin, Lin & Weng 2007
/// @example              {"labels": [0, 1, 0, 1], "scores": [-1.5, 0.5, 1.0, 2.0], "query": [0.5]}
platt_result platt(integer_view labels, vector_view scores, const platt_options& options = {},
                   const context& ctx = {});

}  // namespace assay::inline v1::calibration
