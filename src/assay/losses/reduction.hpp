// What all losses share: how the losses of the units become one number, and the pair a gradient function
// returns.
#pragma once

#include "assay/core/array.hpp"

namespace assay::inline v1::losses {

/// How the losses u_i of the units with weights w_i are put together.
enum class loss_reduction {
  mean,  ///< sum w_i u_i / divisor, the divisor being the sum of the w_i unless mean_divisor says otherwise
  sum,   ///< sum w_i u_i
  none   ///< every w_i u_i by itself; the gradient is the one of their sum
};

/// What the reduction mean divides by.
enum class loss_divisor {
  weights,  ///< the sum of the weights, class weights included
  count     ///< the number of units that are not ignored
};

/// What to do when no unit counts: all are ignored or all weights are 0.
enum class empty_policy {
  error,  ///< refuse with zero_weight
  zero    ///< loss 0 and gradient 0
};

/// A loss and its gradient, made in one pass.
struct loss_gradient {
  /// (n) or (n, k) loss: one number for the reductions mean and sum, one a unit for none
  reduced loss;
  /// (n) or (n, k) gradient in the shape and the precision of the input it belongs to
  array grad;
};

}  // namespace assay::inline v1::losses
