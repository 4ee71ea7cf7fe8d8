// Cross entropy of class labels and logits: label smoothing, class weights, ignored labels, z-loss.
#pragma once

#include <cstdint>
#include <optional>

#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/losses/reduction.hpp"

namespace assay::inline v1::losses {

/// Options of cross_entropy.
struct cross_entropy_options {
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
  /// share e in [0, 1] of the target that is spread evenly over all classes
  double label_smoothing = 0.0;
  /// label of rows to leave out: no loss, no gradient, no weight
  std::optional<std::int64_t> ignore_index = {};
  /// factor zeta >= 0 of the penalty on the squared log of the softmax denominator
  double z_loss = 0.0;
  /// what to do when every row is ignored or has weight 0
  empty_policy on_empty = empty_policy::error;
  /// accept logits of -Infinity: that class is removed from its row (probability 0, gradient 0)
  bool allow_masked_logits = false;
};

/// Cross entropy of class labels and logits (softmax log loss).
///
/// u = -(1-e) w_y log p_y - (e/k) sum_c w_c log p_c + w_y zeta lse^2,   p = softmax(z), lse = log sum exp(z)
///
/// The mean divides by sum_i weights_i w_{y_i}: class weights enter the divisor, the smoothing part does not
/// (the rule of torch). Finite for all logits whose differences are finite; no clamp anywhere. Logits that
/// are removed by -Infinity take no part in the smoothing either: k counts the classes left in the row.
///
/// @param labels        (n) class index in 0..k-1, or ignore_index
/// @param logits        (n, k) scores z of the classes, k >= 2, finite
/// @param options       weights, reduction, class weights, smoothing, ignored label, z-loss
/// @param ctx           running conditions
/// @return              (n) loss in nats, >= 0, smaller is better; one number but for the reduction none
/// @throws shape_error  empty input; lengths differ; fewer than two classes
/// @throws value_error  a logit is not finite; a label lies outside 0..k-1 or its class is masked; a weight
///                      is negative or all are 0; an option is outside its range
/// @accuracy            float64: 4 ulp and the rounding of z_j - z_y; float32: relative error of a row at
///                      most 2^-23; same bits on every target
/// @cost                O(n k), one exp an element
/// @source              torch.nn.functional.cross_entropy; z-loss: Chowdhery et al. 2022 (PaLM), sec. 5
/// @example             {"labels": [0, 2], "logits": [[2.0, 0.5, -1.0], [0.1, 0.2, 3.0]]}
reduced cross_entropy(integer_view labels, matrix_view logits, const cross_entropy_options& options = {},
                      const context& ctx = {});

/// Cross entropy and its gradient with respect to the logits, in one pass.
///
/// dU/dz_j = (1-e) w_y (p_j - [j = y]) + (e/k) (p_j sum_c w_c - w_j) + 2 w_y zeta lse p_j
///
/// Each row is multiplied by its weight and upstream, and divided as the loss.
///
/// 1 - p_y is the sum of the other probabilities, so that the gradient keeps its digits when p_y is close
/// to 1. The memory given by the context receives the gradient and may be the one of the logits.
///
/// @param labels        (n) class index in 0..k-1, or ignore_index
/// @param logits        (n, k) scores z of the classes, k >= 2, finite
/// @param options       weights, reduction, upstream, class weights, smoothing, ignored label, z-loss
/// @param ctx           running conditions
/// @return              the loss as cross_entropy gives it, and the gradient (n, k)
/// @throws shape_error  as cross_entropy; upstream has another length
/// @throws value_error  as cross_entropy; upstream is not finite
/// @accuracy            float64: 6 ulp and the rounding of z_j - z_y; float32: relative error of an element
///                      at most 3 2^-23; same bits on every target
/// @cost                O(n k), one exp an element
/// @source              torch.nn.functional.cross_entropy
/// @example             {"labels": [0, 2], "logits": [[2.0, 0.5, -1.0], [0.1, 0.2, 3.0]]}
loss_gradient cross_entropy_grad(integer_view labels, matrix_view logits,
                                 const cross_entropy_options& options = {}, const context& ctx = {});

}  // namespace assay::inline v1::losses
