// Focal loss of class labels and logits.
#pragma once

#include <cstdint>
#include <optional>

#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/losses/reduction.hpp"

namespace assay::inline v1::losses {

/// Options of focal_loss.
struct focal_loss_options {
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
  /// focusing exponent >= 0; 0 is cross entropy
  double gamma = 2.0;
  /// label of rows to leave out: no loss, no gradient, no weight
  std::optional<std::int64_t> ignore_index = {};
  /// what to do when every row is ignored or has weight 0
  empty_policy on_empty = empty_policy::error;
  /// accept logits of -Infinity: that class is removed from its row (probability 0, gradient 0)
  bool allow_masked_logits = false;
};

/// Focal loss: cross entropy times (1 - p_y)^gamma, so that easy rows count less.
///
/// u = -(1 - p_y)^gamma log p_y,   p = softmax(z)
///
/// Each row is weighted by its weight times the weight of its class.
///
/// @param labels        (n) class index in 0..k-1, or ignore_index
/// @param logits        (n, k) scores z of the classes, k >= 2, finite
/// @param options       gamma, weights, reduction, class weights, ignored label
/// @param ctx           running conditions
/// @return              (n) loss, >= 0, smaller is better; one number but for the reduction none
/// @throws shape_error  empty input; lengths differ; fewer than two classes
/// @throws value_error  a logit is not finite; a label lies outside 0..k-1 or its class is masked; a weight
///                      is negative or all are 0; gamma < 0
/// @accuracy            8 ulp and gamma times the rounding of log(1 - p_y); float32: relative error of a row
///                      at most (1 + gamma) 2^-23; same bits on every target
/// @cost                O(n k), one exp an element
/// @source              Lin et al. 2017, eq. 4
/// @example             {"labels": [0, 2], "logits": [[2.0, 0.5, -1.0], [0.1, 0.2, 3.0]]}
reduced focal_loss(integer_view labels, matrix_view logits, const focal_loss_options& options = {},
                   const context& ctx = {});

/// Focal loss and its gradient with respect to the logits, in one pass.
///
/// dU/dz_j = (-q^gamma + gamma p_y q^(gamma-1) log p_y) ([j = y] - p_j),   q = 1 - p_y
///
/// The factor q^(gamma-1) is joined with the other factors before it is exponentiated, so the gradient stays
/// finite for gamma < 1 and saturated logits. The memory given by the context receives the gradient and may
/// be the one of the logits.
///
/// @param labels        (n) class index in 0..k-1, or ignore_index
/// @param logits        (n, k) scores z of the classes, k >= 2, finite
/// @param options       gamma, weights, reduction, upstream, class weights, ignored label
/// @param ctx           running conditions
/// @return              the loss as focal_loss gives it, and the gradient (n, k)
/// @throws shape_error  as focal_loss; upstream has another length
/// @throws value_error  as focal_loss; upstream is not finite
/// @accuracy            10 ulp and gamma times the rounding of log(1 - p_y); float32: relative error of an
///                      element at most (4 + gamma) 2^-23; same bits on every target
/// @cost                O(n k), one exp an element
/// @source              Lin et al. 2017, eq. 4
/// @example             {"labels": [0, 2], "logits": [[2.0, 0.5, -1.0], [0.1, 0.2, 3.0]]}
loss_gradient focal_loss_grad(integer_view labels, matrix_view logits, const focal_loss_options& options = {},
                              const context& ctx = {});

}  // namespace assay::inline v1::losses
