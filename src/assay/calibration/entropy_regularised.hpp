// Cross entropy that rewards uncertain forecasts.
#pragma once

#include "assay/core/array.hpp"
#include "assay/core/context.hpp"
#include "assay/core/view.hpp"

namespace assay::inline v1::calibration {

/// Choices of the entropy-regularised cross entropy.
struct entropy_regularised_cross_entropy_options {
  /// (n) weight of each row, >= 0; default: 1
  vector_view weights = {};
  /// Factor of the entropy, finite; 0 is plain cross entropy, a negative one sharpens.
  double beta = 0.1;
};

/// Loss and its derivative by each logit.
struct entropy_regularised_cross_entropy_result {
  double loss = 0.0;  ///< mean of cross entropy less beta times entropy, in nats
  array grad;         ///< (n, k) or (n) derivative by each logit, in the input's precision
};

/// Cross entropy less beta times the entropy H of the forecast: sum w [-ln p_y - beta H(p)] / sum w.
///
/// p = softmax(z), or (1 - logistic(z), logistic(z)) for one logit a row. The derivative of a row by z_j is
/// p_j
/// - [j = y] + beta p_j (ln p_j + H). Finite for all logits whose differences are.
///
/// @param labels         (n) class index 0 .. k - 1, or 1 where the event happened in the binary form
/// @param logits         (n, k) or (n) one logit a class, or the log-odds of the event
/// @param options        beta, weights
/// @param ctx            running conditions
/// @return               loss and gradient
/// @throws shape_error   empty_input; length_mismatch; wrong_rank: logits
/// @throws value_error   non_finite: logits, also their differences; bad_label; bad_weight; zero_weight;
///                       bad_parameter: beta
/// @accuracy             1e-14 of the larger of both terms; same bits everywhere
/// @cost                 O(n k), one exp an element
/// @source               Pereyra et al. 2017, "Regularizing Neural Networks by Penalizing Confident Output
///                       Distributions"
/// @example              {"labels": [0, 2], "logits": [[2, 0.5, -1], [0.1, 0.2, 3]], "beta": 0.5}
entropy_regularised_cross_entropy_result entropy_regularised_cross_entropy(
    integer_view labels, array_view logits, const entropy_regularised_cross_entropy_options& options = {},
    const context& ctx = {});

}  // namespace assay::inline v1::calibration
