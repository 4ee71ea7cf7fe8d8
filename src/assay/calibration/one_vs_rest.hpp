// Recalibration of several classes by one binary recalibrator for each.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Binary recalibrators of probabilities, each with its own default options.
enum class recalibration_method {
  histogram_binning,   ///< shares of events of ten bins of equal width
  isotonic,            ///< best non-decreasing map
  centered_isotonic,   ///< the same, with its flat pieces drawn together
  platt,               ///< logistic curve of the log-odds, clipped at those of 1e-12 and 1 - 1e-12
  beta_calibration,    ///< curve of the beta family
  spline_calibration,  ///< slope of a spline of the cumulative error, limited to [0, 1]
  scaling_binning,     ///< binned outputs of a logistic curve
  venn_abers,          ///< merged probability of a Venn-Abers predictor
  bbq,                 ///< Bayesian average of quantile binnings
  enir                 ///< average of maps that may fall at a price
};

/// Choices of the one-against-rest fit.
struct one_vs_rest_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// The recalibrator of each class.
  recalibration_method method = recalibration_method::isotonic;
};

/// The recalibrator of one class.
struct one_vs_rest_class {
  std::string json;  ///< the model as its own to_json() gives it
};

/// Fitted recalibrators.
struct one_vs_rest_parameters {
  /// The recalibrator of each class.
  recalibration_method method = recalibration_method::isotonic;
  std::vector<one_vs_rest_class> classes;  ///< one model a class
};

/// One against rest: a binary recalibrator for the probability of each class; their results are divided by
/// their sum, and a row of zeros becomes uniform.
///
/// @model
/// @source Zadrozny & Elkan 2002, sec. 5
class one_vs_rest_model {
 public:
  /// Fits one recalibrator for each class.
  ///
  /// @param labels         (n) class index 0 .. k - 1
  /// @param probabilities  (n, k) probability of each class; rows sum to 1
  /// @param options        weights, method
  /// @param ctx            running conditions
  /// @throws shape_error   empty_input; length_mismatch
  /// @throws value_error   out_of_range: probabilities; row_sum; bad_label; bad_weight; zero_weight
  static one_vs_rest_model fit(integer_view labels, matrix_view probabilities,
                               const one_vs_rest_options& options = {}, const context& ctx = {});

  /// Recalibrated probabilities.
  ///
  /// @param probabilities  (q, k) probability of each class; rows sum to 1
  /// @return               (q, k) probability of each class, in the input's precision
  /// @throws shape_error   empty_input; wrong_rank; length_mismatch: another number of classes
  /// @throws value_error   out_of_range: probabilities; row_sum
  [[nodiscard]] array transform(array_view probabilities) const;

  /// The fitted recalibrators.
  [[nodiscard]] one_vs_rest_parameters parameters() const;

  /// The model as JSON; numbers come back with all bits.
  [[nodiscard]] std::string to_json() const;

  /// The model that to_json() described.
  ///
  /// @param json           what to_json() gave
  /// @throws value_error   corrupt_bytes: not a model of this kind
  static one_vs_rest_model from_json(std::string_view json);

 private:
  struct state;
  explicit one_vs_rest_model(std::shared_ptr<const state> fitted) : state_(std::move(fitted)) {}

  std::shared_ptr<const state> state_;
};

/// Recalibrated probabilities of several classes.
struct one_vs_rest_result {
  array query;  ///< (q, k) recalibrated probability of each class, in the input's precision
};

/// Fits one binary recalibrator for each class and applies them, in one call.
///
/// @param labels         (n) class index 0 .. k - 1
/// @param probabilities  (n, k) probability of each class; rows sum to 1
/// @param query          (q, k) where the fitted map is wanted; rows sum to 1
/// @param options        weights, method
/// @param ctx            running conditions
/// @return               the map at query
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities, query; row_sum; bad_label; bad_weight; zero_weight
/// @accuracy             that of the method; same bits everywhere
/// @cost                 k times that of the method
/// @source               Zadrozny & Elkan 2002, sec. 5
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [[0.9, 0.1], [0.3, 0.7], [0.4, 0.6], [0.5,
/// 0.5]], "query": [[0.8, 0.2]]}
one_vs_rest_result one_vs_rest(integer_view labels, matrix_view probabilities, matrix_view query,
                               const one_vs_rest_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::calibration
