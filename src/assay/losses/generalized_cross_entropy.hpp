// Generalized cross entropy of class labels and logits, robust to wrong labels.
#pragma once

#include <cstdint>
#include <optional>

#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/losses/reduction.hpp"

namespace assay::inline v1::losses {

/// Options of generalized_cross_entropy.
struct generalized_cross_entropy_options {
  /// (n) weight of each row, finite and >= 0; absent: 1
  vector_view weights = {};
  /// how the rows are put together
  loss_reduction reduction = loss_reduction::mean;
  /// what the reduction mean divides by
  loss_divisor mean_divisor = loss_divisor::weights;
  /// (n) factor of each row of the gradient (the gradient that arrives from above); the loss does not use it
  vector_view upstream = {};
  /// (k) weight of each class, finite and >= 0; absent: 1
  vector_view class_weights = {};
  /// exponent in (0, 1]; towards 0 it becomes cross entropy, 1 is the probability of error 1 - p_y
  double q = 0.7;
  /// probability k in [0, 1) at and below which the loss stays at (1 - k^q)/q with gradient 0; 0: nowhere
  double truncation = 0.0;
  /// label of rows to leave out: no loss, no gradient, no weight
  std::optional<std::int64_t> ignore_index = {};
  /// what to do when every row is ignored or has weight 0
  empty_policy on_empty = empty_policy::error;
  /// accept logits of -Infinity: that class is removed from its row (probability 0, gradient 0)
  bool allow_masked_logits = false;
};

/// Generalized cross entropy: between cross entropy (q towards 0) and the mean absolute error (q = 1).
///
/// u = (1 - p_y^q)/q, at most (1 - truncation^q)/q,   p = softmax(z)
///
/// Each row is weighted by its weight times the weight of its class.
///
/// @param labels        (n) class index in 0..k-1, or ignore_index
/// @param logits        (n, k) scores z of the classes, k >= 2, finite
/// @param options       q, truncation, weights, reduction, class weights, ignored label
/// @param ctx           running conditions
/// @return              (n) loss in [0, 1/q], smaller is better; one number but for the reduction none
/// @throws shape_error  empty input; lengths differ; fewer than two classes
/// @throws value_error  a logit is not finite; a label lies outside 0..k-1 or its class is masked; a weight
///                      is negative or all are 0; q outside (0, 1]; truncation outside [0, 1)
/// @accuracy            6 ulp and the rounding of z_j - z_y; float32: relative error of a row at most 2^-23;
///                      same bits on every target
/// @cost                O(n k), one exp an element
/// @source              Zhang & Sabuncu 2018, eq. 6 and 7
/// @example             {"labels": [0, 2], "logits": [[2.0, 0.5, -1.0], [0.1, 0.2, 3.0]]}
reduced generalized_cross_entropy(integer_view labels, matrix_view logits,
                                  const generalized_cross_entropy_options& options = {},
                                  const context& ctx = {});

/// Generalized cross entropy and its gradient with respect to the logits, in one pass.
///
/// dU/dz_j = -p_y^q ([j = y] - p_j), and 0 where the loss is truncated
///
/// The memory given by the context receives the gradient and may be the one of the logits.
///
/// @param labels        (n) class index in 0..k-1, or ignore_index
/// @param logits        (n, k) scores z of the classes, k >= 2, finite
/// @param options       q, truncation, weights, reduction, upstream, class weights, ignored label
/// @param ctx           running conditions
/// @return              the loss as generalized_cross_entropy gives it, and the gradient (n, k)
/// @throws shape_error  as generalized_cross_entropy; upstream has another length
/// @throws value_error  as generalized_cross_entropy; upstream is not finite
/// @accuracy            8 ulp and the rounding of z_j - z_y; float32: relative error of an element at most 4
///                      2^-23; same bits on every target
/// @cost                O(n k), one exp an element
/// @source              Zhang & Sabuncu 2018, eq. 6 and 7
/// @example             {"labels": [0, 2], "logits": [[2.0, 0.5, -1.0], [0.1, 0.2, 3.0]]}
loss_gradient generalized_cross_entropy_grad(integer_view labels, matrix_view logits,
                                             const generalized_cross_entropy_options& options = {},
                                             const context& ctx = {});

}  // namespace assay::inline v1::losses
