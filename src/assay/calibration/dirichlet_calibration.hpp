// Recalibration of probabilities by a matrix and a constant for each class.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of the Dirichlet fit.
struct dirichlet_calibration_fit_options {
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
struct dirichlet_calibration_parameters {
  array matrix;            ///< (k, k) W; its columns sum to 1 where lambda_offdiag is 0
  array bias;              ///< (k) b; sums to 0 where mu_bias is 0
  double objective = 0.0;  ///< mean negative log-likelihood in nats, and the penalties
  double nll = 0.0;        ///< mean negative log-likelihood in nats
  bool converged = true;   ///< false where no best map exists, as for separable data
};

/// Dirichlet calibration: softmax(W ln p + b) with the W and b of least mean logarithmic loss plus
/// lambda_offdiag sum_{k != j} W_kj^2 + mu_bias sum b_k^2 (ODIR).
///
/// Probabilities below 1e-12 are raised to it before the logarithm.
///
/// @model
/// @source Kull et al. 2019
class dirichlet_calibration_model {
 public:
  /// Fits matrix and constants.
  ///
  /// @param labels         (n) class index 0 .. k - 1
  /// @param probabilities  (n, k) probability of each class; rows sum to 1
  /// @param options        weights, penalties
  /// @param ctx            running conditions
  /// @throws shape_error   empty_input; length_mismatch
  /// @throws value_error   out_of_range: probabilities; row_sum; bad_label; bad_weight; zero_weight;
  /// bad_parameter:
  ///                       lambda_offdiag, mu_bias; budget_exceeded: more than 1024 classes
  /// @example              {"labels": [0, 1, 0, 1], "probabilities": [[0.9, 0.1], [0.3, 0.7], [0.4, 0.6],
  /// [0.5, 0.5]], "lambda_offdiag": 0.1, "mu_bias": 0.1}
  static dirichlet_calibration_model fit(integer_view labels, matrix_view probabilities,
                                         const dirichlet_calibration_fit_options& options = {},
                                         const context& ctx = {});

  /// Recalibrated probabilities.
  ///
  /// @param probabilities  (q, k) probability of each class; rows sum to 1
  /// @return               (q, k) probability of each class, in the input's precision
  /// @throws shape_error   empty_input; wrong_rank; length_mismatch: another number of classes
  /// @throws value_error   out_of_range: probabilities; row_sum
  [[nodiscard]] array transform(array_view probabilities) const;

  /// The fitted map.
  [[nodiscard]] dirichlet_calibration_parameters parameters() const;

  /// The model as JSON; numbers come back with all bits.
  [[nodiscard]] std::string to_json() const;

  /// The model that to_json() described.
  ///
  /// @param json           what to_json() gave
  /// @throws value_error   corrupt_bytes: not a model of this kind
  static dirichlet_calibration_model from_json(std::string_view json);

 private:
  dirichlet_calibration_model() = default;

  std::vector<double> matrix_;
  std::vector<double> bias_;
  double nll_ = 0.0;
  double objective_ = 0.0;
  bool converged_ = true;
};

/// Choices of the Dirichlet fit in one call.
struct dirichlet_calibration_odir_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// Factor of the sum of the squares of the matrix beside its diagonal, >= 0.
  double lambda_offdiag = 0.0;
  /// Factor of the sum of the squares of the constants, >= 0.
  double mu_bias = 0.0;
  /// Divide lambda_offdiag by k (k - 1) and mu_bias by k, as the authors' package does on request.
  bool reg_norm = false;
  /// (q, k) further probabilities to recalibrate; default: none
  matrix_view query = {};
};

/// Fitted map and recalibrated probabilities.
struct dirichlet_calibration_odir_result {
  array query;             ///< (q, k) recalibrated probabilities of the query; empty when none was given
  array matrix;            ///< (k, k) W; its columns sum to 1 where lambda_offdiag is 0
  array bias;              ///< (k) b; sums to 0 where mu_bias is 0
  double objective = 0.0;  ///< mean negative log-likelihood in nats, and the penalties
  double nll = 0.0;        ///< mean negative log-likelihood in nats
  bool converged = true;   ///< false where no best map exists, as for separable data
};

/// Fits Dirichlet calibration with off-diagonal and intercept regularisation and applies it, in one call.
///
/// Probabilities below 1e-12 are raised to it before the logarithm.
///
/// @param labels         (n) class index 0 .. k - 1
/// @param probabilities  (n, k) probability of each class; rows sum to 1
/// @param options        weights, penalties, query
/// @param ctx            running conditions
/// @return               the map, its objective, recalibrated query
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities, query; row_sum; bad_label; bad_weight; zero_weight;
/// bad_parameter:
///                       lambda_offdiag, mu_bias; budget_exceeded: more than 1024 classes
/// @accuracy             probabilities to 1e-7 where a best map exists; same bits everywhere
/// @cost                 O(n k^4) for each of about 8 Newton steps; O(n k^2) for each of up to a few hundred
///                       steps of L-BFGS where classes and rows are many
/// @source               Kull et al. 2019
/// @example              {"labels": [0, 1, 0, 1], "probabilities": [[0.9, 0.1], [0.3, 0.7], [0.4, 0.6], [0.5,
/// 0.5]], "lambda_offdiag": 0.1, "mu_bias": 0.1, "query": [[0.8, 0.2]]}
dirichlet_calibration_odir_result dirichlet_calibration_odir(
    integer_view labels, matrix_view probabilities, const dirichlet_calibration_odir_options& options = {},
    const context& ctx = {});

}  // namespace assay::inline v1::calibration
