// Recalibration of logits by a factor and a constant for each class.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of the vector fit.
struct vector_scaling_fit_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
};

/// A fitted factor and constant for each class.
struct vector_scaling_parameters {
  array scale;            ///< (k) factor of each class's logit
  array bias;             ///< (k) constant of each class; they sum to 0
  double nll = 0.0;       ///< mean negative log-likelihood in nats
  bool converged = true;  ///< false where no best map exists, as for separable data
};

/// Vector scaling: softmax(d_k z_k + b_k) with the factors and constants of least logarithmic loss.
///
/// @model
/// @source Guo et al. 2017, sec. 4.2
class vector_scaling_model {
 public:
  /// Fits factors and constants.
  ///
  /// @param labels         (n) class index 0 .. k - 1
  /// @param logits         (n, k) one logit a class
  /// @param options        weights
  /// @param ctx            running conditions
  /// @throws shape_error   empty_input; length_mismatch
  /// @throws value_error   non_finite: logits; bad_label; bad_weight; zero_weight
  static vector_scaling_model fit(integer_view labels, matrix_view logits,
                                  const vector_scaling_fit_options& options = {}, const context& ctx = {});

  /// Recalibrated probabilities.
  ///
  /// @param logits         (q, k) one logit a class
  /// @return               (q, k) probability of each class, in the input's precision
  /// @throws shape_error   empty_input; wrong_rank; length_mismatch: another number of classes
  /// @throws value_error   non_finite: logits
  [[nodiscard]] array transform(array_view logits) const;

  /// The fitted map.
  [[nodiscard]] vector_scaling_parameters parameters() const;

  /// The model as JSON; numbers come back with all bits.
  [[nodiscard]] std::string to_json() const;

  /// The model that to_json() described.
  ///
  /// @param json           what to_json() gave
  /// @throws value_error   corrupt_bytes: not a model of this kind
  static vector_scaling_model from_json(std::string_view json);

 private:
  vector_scaling_model() = default;

  std::vector<double> scale_;
  std::vector<double> bias_;
  double nll_ = 0.0;
  bool converged_ = true;
};

/// Choices of the vector fit in one call.
struct vector_scaling_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// (q, k) further logits to recalibrate; default: none
  matrix_view query = {};
};

/// Fitted map and recalibrated probabilities.
struct vector_scaling_result {
  array query;            ///< (q, k) recalibrated probabilities of the query; empty when none was given
  array scale;            ///< (k) factor of each class's logit
  array bias;             ///< (k) constant of each class; they sum to 0
  double nll = 0.0;       ///< mean negative log-likelihood in nats
  bool converged = true;  ///< false where no best map exists, as for separable data
};

/// Fits vector scaling and applies it, in one call.
///
/// @param labels         (n) class index 0 .. k - 1
/// @param logits         (n, k) one logit a class
/// @param options        weights, query
/// @param ctx            running conditions
/// @return               the map, its loss, recalibrated query
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   non_finite: logits, query; bad_label; bad_weight; zero_weight
/// @accuracy             probabilities to 1e-7 where a best map exists; same bits everywhere
/// @cost                 O(n k^2) for each of about 8 Newton steps; O(n k) for each of up to a few hundred
///                       steps of L-BFGS where classes and rows are many
/// @source               Guo et al. 2017, sec. 4.2
/// @example              {"labels": [0, 1, 0, 1, 1, 0], "logits": [[2, 0], [0, 1], [0, 1], [1, 1], [1, 0],
/// [1, 0]], "query": [[1, 0]]}
vector_scaling_result vector_scaling(integer_view labels, matrix_view logits,
                                     const vector_scaling_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::calibration
