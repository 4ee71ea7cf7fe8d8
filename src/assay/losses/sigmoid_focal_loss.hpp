// Focal loss of binary and multi-label targets.
#pragma once

#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/losses/reduction.hpp"

namespace assay::inline v1::losses {

/// Options of sigmoid_focal_loss.
struct sigmoid_focal_loss_options {
  /// (n) or (n, k) weight of each element, in the shape of the targets, finite and >= 0; absent: 1
  array_view weights = {};
  /// how the elements are put together
  loss_reduction reduction = loss_reduction::mean;
  /// what the reduction mean divides by
  loss_divisor mean_divisor = loss_divisor::weights;
  /// (n) or (n, k) factor of each element of the gradient, in the shape of the targets; the loss does not use
  /// it
  array_view upstream = {};
  /// share in [0, 1] of the weight that goes to target 1, the rest to target 0; -1: no such weighting
  double alpha = 0.25;
  /// focusing exponent >= 0; 0 is binary cross entropy
  double gamma = 2.0;
  /// what to do when every weight is 0
  empty_policy on_empty = empty_policy::error;
};

/// Focal loss of binary targets and logits: binary cross entropy times (1 - p_t)^gamma.
///
/// u = a_t (1 - p_t)^gamma [t softplus(-z) + (1-t) softplus(z)]
///
/// 1 - p_t = t (1-p) + (1-t) p,   p = 1/(1 + exp(-z)),   a_t = alpha t + (1-alpha) (1-t), or 1 for alpha = -1
///
/// Every element is a unit; a_t is part of u and never of the divisor of the mean.
///
/// @param targets       (n) or (n, k) target t in [0, 1], 0 or 1 for hard labels
/// @param logits        (n) or (n, k) logit z of the probability of 1, in the shape of the targets, finite
/// @param options       alpha, gamma, weights, reduction
/// @param ctx           running conditions
/// @return              (n) or (n, k) loss, >= 0, smaller is better; one number but for the reduction none
/// @throws shape_error  empty input; shapes differ
/// @throws value_error  a target lies outside [0, 1]; a logit is not finite; a weight is negative or all are
///                      0; alpha outside [0, 1] and not -1; gamma < 0
/// @accuracy            8 ulp of float64 and gamma times the rounding of log(1 - p_t); same bits on every
///                      target
/// @cost                O(n k)
/// @source              Lin et al. 2017, eq. 5; soft targets as torchvision.ops.sigmoid_focal_loss
/// @example             {"targets": [1, 0, 0.3], "logits": [2.0, -0.5, 0.1]}
reduced sigmoid_focal_loss(array_view targets, array_view logits,
                           const sigmoid_focal_loss_options& options = {}, const context& ctx = {});

/// Sigmoid focal loss and its gradient with respect to the logits, in one pass.
///
/// dU/dz = a_t (1 - p_t)^gamma [p - t + gamma (1 - 2t) p (1-p) / (1 - p_t) b],   b = binary cross entropy
///
/// The quotient p (1-p) / (1 - p_t) is formed before anything underflows, so the gradient stays finite for
/// gamma < 1 and saturated logits. The memory given by the context receives the gradient and may be the one
/// of the logits.
///
/// @param targets       (n) or (n, k) target t in [0, 1], 0 or 1 for hard labels
/// @param logits        (n) or (n, k) logit z of the probability of 1, in the shape of the targets, finite
/// @param options       alpha, gamma, weights, reduction, upstream
/// @param ctx           running conditions
/// @return              the loss as sigmoid_focal_loss gives it, and the gradient in the shape of the logits
/// @throws shape_error  as sigmoid_focal_loss; upstream has another shape
/// @throws value_error  as sigmoid_focal_loss; upstream is not finite
/// @accuracy            10 ulp of float64 with a hard target and gamma times the rounding of log(1 - p_t);
///                      same bits on every target
/// @cost                O(n k)
/// @source              Lin et al. 2017, eq. 5
/// @example             {"targets": [1, 0, 0.3], "logits": [2.0, -0.5, 0.1]}
loss_gradient sigmoid_focal_loss_grad(array_view targets, array_view logits,
                                      const sigmoid_focal_loss_options& options = {},
                                      const context& ctx = {});

}  // namespace assay::inline v1::losses
