// Recalibration of logits by a matrix and a constant for each class.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of the matrix fit.
struct matrix_scaling_fit_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// Factor of the sum of the squares of the matrix beside its diagonal, >= 0.
  double lambda_offdiag = 0.0;
  /// Factor of the sum of the squares of the constants, >= 0.
  double mu_bias = 0.0;
  /// Divide lambda_offdiag by k (k - 1) and mu_bias by k, as the authors' package does on request.
  bool reg_norm = false;
};

/// A fitted matrix and constant for each class.
struct matrix_scaling_parameters {
  array matrix;            ///< (k, k) W; its columns sum to 1 where lambda_offdiag is 0
  array bias;              ///< (k) b; sums to 0 where mu_bias is 0
  double objective = 0.0;  ///< mean negative log-likelihood in nats, and the penalties
  double nll = 0.0;        ///< mean negative log-likelihood in nats
  bool converged = true;   ///< false where no best map exists, as for separable data
};

/// Matrix scaling: softmax(W z + b) with the W and b of least mean logarithmic loss plus
/// lambda_offdiag sum_{k != j} W_kj^2 + mu_bias sum b_k^2 (ODIR).
///
/// @model
/// @source Guo et al. 2017, sec. 4.2; penalties: Kull et al. 2019
class matrix_scaling_model {
 public:
  /// Fits matrix and constants.
  ///
  /// @param labels         (n) class index 0 .. k - 1
  /// @param logits         (n, k) one logit a class
  /// @param options        weights, penalties
  /// @param ctx            running conditions
  /// @throws shape_error   empty_input; length_mismatch
  /// @throws value_error   non_finite: logits; bad_label; bad_weight; zero_weight; bad_parameter:
  ///                       lambda_offdiag, mu_bias; budget_exceeded: more than 1024 classes
  /// @example              {"labels": [0, 1, 0, 1], "logits": [[2, 0], [0, 1], [0, 1], [1, 1]],
  /// "lambda_offdiag": 0.1, "mu_bias": 0.1}
  static matrix_scaling_model fit(integer_view labels, matrix_view logits,
                                  const matrix_scaling_fit_options& options = {}, const context& ctx = {});

  /// Recalibrated probabilities.
  ///
  /// @param logits         (q, k) one logit a class
  /// @return               (q, k) probability of each class, in the input's precision
  /// @throws shape_error   empty_input; wrong_rank; length_mismatch: another number of classes
  /// @throws value_error   non_finite: logits
  [[nodiscard]] array transform(array_view logits) const;

  /// The fitted map.
  [[nodiscard]] matrix_scaling_parameters parameters() const;

  /// The model as JSON; numbers come back with all bits.
  [[nodiscard]] std::string to_json() const;

  /// The model that to_json() described.
  ///
  /// @param json           what to_json() gave
  /// @throws value_error   corrupt_bytes: not a model of this kind
  static matrix_scaling_model from_json(std::string_view json);

 private:
  matrix_scaling_model() = default;

  std::vector<double> matrix_;
  std::vector<double> bias_;
  double nll_ = 0.0;
  double objective_ = 0.0;
  bool converged_ = true;
};

/// Choices of the matrix fit in one call.
struct matrix_scaling_odir_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// Factor of the sum of the squares of the matrix beside its diagonal, >= 0.
  double lambda_offdiag = 0.0;
  /// Factor of the sum of the squares of the constants, >= 0.
  double mu_bias = 0.0;
  /// Divide lambda_offdiag by k (k - 1) and mu_bias by k, as the authors' package does on request.
  bool reg_norm = false;
  /// (q, k) further logits to recalibrate; default: none
  matrix_view query = {};
};

/// Fitted map and recalibrated probabilities.
struct matrix_scaling_odir_result {
  array query;             ///< (q, k) recalibrated probabilities of the query; empty when none was given
  array matrix;            ///< (k, k) W; its columns sum to 1 where lambda_offdiag is 0
  array bias;              ///< (k) b; sums to 0 where mu_bias is 0
  double objective = 0.0;  ///< mean negative log-likelihood in nats, and the penalties
  double nll = 0.0;        ///< mean negative log-likelihood in nats
  bool converged = true;   ///< false where no best map exists, as for separable data
};

/// Fits matrix scaling with off-diagonal and intercept regularisation and applies it, in one call; without
/// penalties it is plain matrix scaling.
///
/// @param labels         (n) class index 0 .. k - 1
/// @param logits         (n, k) one logit a class
/// @param options        weights, penalties, query
/// @param ctx            running conditions
/// @return               the map, its objective, recalibrated query
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   non_finite: logits, query; bad_label; bad_weight; zero_weight; bad_parameter:
///                       lambda_offdiag, mu_bias; budget_exceeded: more than 1024 classes
/// @accuracy             probabilities to 1e-7 where a best map exists; same bits everywhere
/// @cost                 O(n k^4) for each of about 8 Newton steps; O(n k^2) for each of up to a few hundred
///                       steps of L-BFGS where classes and rows are many
/// @source               Guo et al. 2017, sec. 4.2; penalties: Kull et al. 2019
/// @example              {"labels": [0, 1, 0, 1], "logits": [[2, 0], [0, 1], [0, 1], [1, 1]],
/// "lambda_offdiag": 0.1, "mu_bias": 0.1, "query": [[1, 0]]}
matrix_scaling_odir_result matrix_scaling_odir(integer_view labels, matrix_view logits,
                                               const matrix_scaling_odir_options& options = {},
                                               const context& ctx = {});

}  // namespace assay::inline v1::calibration
