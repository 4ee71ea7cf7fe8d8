// Balance score: over- or under-confidence of binary probabilities without bins.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of the Balance score.
struct balance_score_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
};

/// Balance score.
struct balance_score_result {
  double signed_ = 0.0;    ///< in [-1, 1/2]; positive: under-confident, negative: over-confident
  double absolute = 0.0;   ///< its absolute value, 0 is best
  double std_error = 0.0;  ///< standard error of signed; NaN for a single row
};

/// Balance score: sum w g / sum w, g = y - p where p >= 1/2 and g = p - y where p < 1/2.
///
/// The same as the accuracy at the threshold 1/2 less the mean confidence max(p, 1 - p); its absolute value
/// is the calibration error of the more probable label in one bin. Where a model errs in one direction of
/// confidence, it estimates the true l1 calibration error without bins and without their bias; in general it
/// is at most that error. It is not a proper score: a shift of all probabilities cancels almost entirely, so
/// show it beside the Brier score.
///
/// The standard error is sqrt(sum w (g - mean)^2 / (sum w (m - 1))) with m = (sum w)^2 / sum w^2 effective
/// rows.
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        weights
/// @param ctx            running conditions
/// @return               the score with sign, without, and its standard error
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight
/// @accuracy             1e-14 of 1, the standard error 1e-7 of that of one row; same bits everywhere
/// @cost                 O(n)
/// @source               Choi, Kim & Lee 2023, "Rethinking Evaluation Metric for Probability Estimation
///                       Models Using Esports Data"
/// @example              {"labels": [0, 1, 1], "probabilities": [0.1, 0.4, 0.8]}
balance_score_result balance_score(integer_view labels, vector_view probabilities,
                                   const balance_score_options& options = {}, const context& ctx = {});

/// Loss and its derivative by each probability.
struct balance_score_grad_result {
  double loss = 0.0;     ///< absolute Balance score
  double signed_ = 0.0;  ///< Balance score
  array grad;            ///< (n) derivative of the loss by each probability, in the input's precision
};

/// Absolute Balance score with its gradient: s w / sum w below 1/2 and -s w / sum w from 1/2 on, s the sign
/// of the score (0 where the score is 0).
///
/// @param labels         (n) 1 where the event happened, else 0
/// @param probabilities  (n) probability given to the event, in [0, 1]
/// @param options        weights
/// @param ctx            running conditions
/// @return               loss, score and gradient
/// @throws shape_error   empty_input; length_mismatch
/// @throws value_error   out_of_range: probabilities; bad_label; bad_weight; zero_weight
/// @accuracy             loss as balance_score, gradient 1 ulp; same bits everywhere
/// @cost                 O(n)
/// @source               Choi, Kim & Lee 2023
/// @example              {"labels": [0, 1, 1], "probabilities": [0.1, 0.4, 0.8]}
balance_score_grad_result balance_score_grad(integer_view labels, vector_view probabilities,
                                             const balance_score_options& options = {},
                                             const context& ctx = {});

}  // namespace assay::inline v1::calibration
