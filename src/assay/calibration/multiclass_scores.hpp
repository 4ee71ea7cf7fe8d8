// Brier score and logarithmic loss of several classes.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of the Brier score of several classes.
struct brier_score_multiclass_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// Halves the score, so that it lies in [0, 1] and equals the binary score for two classes.
  bool scale_by_half = false;
};

/// Brier score of several classes: sum w sum_k (p_k - [y = k])^2 / sum w.
///
/// @param labels         (n) class index 0 .. k - 1
/// @param probabilities  (n, k) probability of each class; rows sum to 1 within 1e-4
/// @param options        weights, scale
/// @param ctx            running conditions
/// @return               score in [0, 2], smaller is better
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; row_sum; bad_label; bad_weight; zero_weight
/// @accuracy             1e-14 relative; same bits everywhere
/// @cost                 O(n k)
/// @source               Brier 1950
/// @example              {"labels": [0, 2, 1], "probabilities": [[0.6, 0.3, 0.1], [0.1, 0.5, 0.4], [0.2, 0.7,
/// 0.1]]}
double brier_score_multiclass(integer_view labels, matrix_view probabilities,
                              const brier_score_multiclass_options& options = {}, const context& ctx = {});

/// Loss and its derivative by each probability.
struct brier_score_multiclass_grad_result {
  double loss = 0.0;  ///< Brier score
  array grad;         ///< (n, k) derivative by each probability, in the input's precision
};

/// Brier score of several classes with its gradient, 2 w (p_k - [y = k]) / sum w, half with scale_by_half.
///
/// @param labels         (n) class index 0 .. k - 1
/// @param probabilities  (n, k) probability of each class; rows sum to 1 within 1e-4
/// @param options        weights, scale
/// @param ctx            running conditions
/// @return               score and gradient
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; row_sum; bad_label; bad_weight; zero_weight
/// @accuracy             score as brier_score_multiclass, gradient 2 ulp; same bits everywhere
/// @cost                 O(n k)
/// @source               Brier 1950
/// @example              {"labels": [0, 2, 1], "probabilities": [[0.6, 0.3, 0.1], [0.1, 0.5, 0.4], [0.2, 0.7,
/// 0.1]]}
brier_score_multiclass_grad_result brier_score_multiclass_grad(
    integer_view labels, matrix_view probabilities, const brier_score_multiclass_options& options = {},
    const context& ctx = {});

/// Choices of the logarithmic loss of several classes.
struct log_loss_multiclass_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// Probabilities are clipped to [eps, 1 - eps], in [0, 1/2]; 0, the default, clips nothing.
  double eps = 0.0;
};

/// Logarithmic loss of several classes: -sum w ln p_y / sum w.
///
/// Rows are not rescaled to sum 1. Infinity when a row with weight gives probability 0 to what happened and
/// eps is 0. For logits there is losses.cross_entropy.
///
/// @param labels         (n) class index 0 .. k - 1
/// @param probabilities  (n, k) probability of each class; rows sum to 1 within 1e-4
/// @param options        weights, clipping
/// @param ctx            running conditions
/// @return               loss in nats, >= 0, smaller is better
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; row_sum; bad_label; bad_weight; zero_weight;
///                       bad_parameter: eps
/// @accuracy             1e-14 relative; same bits everywhere
/// @cost                 O(n k), one logarithm a row
/// @source               Good 1952
/// @example              {"labels": [0, 2, 1], "probabilities": [[0.6, 0.3, 0.1], [0.1, 0.5, 0.4], [0.2, 0.7,
/// 0.1]]}
double log_loss_multiclass(integer_view labels, matrix_view probabilities,
                           const log_loss_multiclass_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::calibration
