// What the losses share apart from their formulas: weights of the units, divisor of the mean, memory of the
// gradient.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "assay/core/check.hpp"
#include "assay/core/context.hpp"
#include "assay/core/exact_sum.hpp"
#include "assay/core/view.hpp"
#include "assay/losses/reduction.hpp"

namespace assay::inline v1::losses::internal {

/// bad_weight unless every element is finite and >= 0. Whether all are 0 is decided with the units that
/// count.
void check_weights(const checker& check, const array_view& weights, std::string_view name);

/// What sum of weighted losses is divided by, and what there is when nothing counts.
struct divisor {
  double value = 1.0;
  bool empty = false;  ///< no unit counts and the policy is zero: loss and gradient are 0
};

/// `total` is the sum of the weights, `count` the number of units not ignored. Throws zero_weight, naming
/// `blamed`, when the total is 0 and the policy says so.
divisor make_divisor(const checker& check, loss_reduction reduction, loss_divisor kind, empty_policy on_empty,
                     double total, std::size_t count, std::string_view blamed);

/// Whether the memory for the result overlaps the elements of `view`; then the input must be valid before a
/// number is written.
bool overlaps(const context& ctx, const array_view& view);

/// The number of a reduced loss.
array reduced_loss(const exact_sum& sum, const divisor& by);

}  // namespace assay::inline v1::losses::internal
