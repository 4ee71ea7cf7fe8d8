// Binary and multi-label cross entropy of targets and logits.
#pragma once

#include "assay/core/context.hpp"
#include "assay/core/view.hpp"
#include "assay/losses/reduction.hpp"

namespace assay::inline v1::losses {

/// Options of binary_cross_entropy_with_logits.
struct binary_cross_entropy_with_logits_options {
  /// (n) or (n, k) weight of each element, in the shape of the targets, finite and >= 0; absent: 1
  array_view weights = {};
  /// how the elements are put together
  loss_reduction reduction = loss_reduction::mean;
  /// what the reduction mean divides by
  loss_divisor mean_divisor = loss_divisor::weights;
  /// (n) or (n, k) factor of each element of the gradient, in the shape of the targets; the loss does not use
  /// it
  array_view upstream = {};
  /// (k) factor >= 0 of the part with target 1, one a column; or one number for all
  broadcast_view pos_weight = 1.0;
  /// share s in [0, 1] by which each target is drawn towards 1/2: t becomes (1-s) t + s/2
  double label_smoothing = 0.0;
  /// what to do when every weight is 0
  empty_policy on_empty = empty_policy::error;
};

/// Binary cross entropy of targets and logits, for one or several labels a row.
///
/// u = pos_weight t softplus(-z) + (1-t) softplus(z),   softplus(x) = log(1 + exp(x))
///
/// Every element is a unit: the mean divides by the sum of the weights of all elements. pos_weight is part of
/// u and never of the divisor. Finite for all finite logits; no clamp.
///
/// @param targets       (n) or (n, k) target t in [0, 1], 0 or 1 for hard labels
/// @param logits        (n) or (n, k) logit z of the probability of 1, in the shape of the targets, finite
/// @param options       weights, reduction, pos_weight, smoothing
/// @param ctx           running conditions
/// @return              (n) or (n, k) loss in nats, >= 0, smaller is better; one number but for the reduction
///                      none
/// @throws shape_error  empty input; shapes differ; pos_weight has not one value a column
/// @throws value_error  a target lies outside [0, 1]; a logit is not finite; a weight is negative or all are
///                      0; an option is outside its range
/// @accuracy            float64: 4 ulp an element; float32: 4 float32 ulp an element; same bits on every
///                      target
/// @cost                O(n k)
/// @source              torch.nn.functional.binary_cross_entropy_with_logits
/// @example             {"targets": [1, 0, 0.3], "logits": [2.0, -0.5, 0.1]}
reduced binary_cross_entropy_with_logits(array_view targets, array_view logits,
                                         const binary_cross_entropy_with_logits_options& options = {},
                                         const context& ctx = {});

/// Binary cross entropy and its gradient with respect to the logits, in one pass.
///
/// dU/dz = (1-t) p - pos_weight t (1-p),   p = 1/(1 + exp(-z))
///
/// Each element is multiplied by its weight and upstream, and divided as the loss.
///
/// The memory given by the context receives the gradient and may be the one of the logits.
///
/// @param targets       (n) or (n, k) target t in [0, 1], 0 or 1 for hard labels
/// @param logits        (n) or (n, k) logit z of the probability of 1, in the shape of the targets, finite
/// @param options       weights, reduction, upstream, pos_weight, smoothing
/// @param ctx           running conditions
/// @return              the loss as binary_cross_entropy_with_logits gives it, and the gradient in the shape
///                      of the logits
/// @throws shape_error  as binary_cross_entropy_with_logits; upstream has another shape
/// @throws value_error  as binary_cross_entropy_with_logits; upstream is not finite
/// @accuracy            float64: 4 ulp an element with a hard target; float32: 4 float32 ulp; same bits on
///                      every target
/// @cost                O(n k)
/// @source              torch.nn.functional.binary_cross_entropy_with_logits
/// @example             {"targets": [1, 0, 0.3], "logits": [2.0, -0.5, 0.1]}
loss_gradient binary_cross_entropy_with_logits_grad(
    array_view targets, array_view logits, const binary_cross_entropy_with_logits_options& options = {},
    const context& ctx = {});

}  // namespace assay::inline v1::losses
