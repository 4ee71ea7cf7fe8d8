// Weighted mean of a score over rows: block sums of a kernel, added without rounding.
#pragma once

#include <algorithm>

#include "assay/calibration/internal/rows.hpp"
#include "assay/core/bytes.hpp"
#include "assay/core/exact_sum.hpp"

namespace assay::inline v1::calibration::internal {

/// Order-free sums of a score. Kernel is called as kernel(block, result) and gives {sum of w loss, sum of w}.
template <class Kernel>
class score_sum {
 public:
  explicit score_sum(Kernel kernel) : kernel_(kernel) {}

  template <class T>
  bool add(const row_block<T>& block) {
    double result[2];
    kernel_(block, result);
    loss_.add(result[0]);
    weight_.add(result[1]);
    return result[0] == result[0];
  }
  bool flush() noexcept { return true; }
  void merge(const score_sum& other) {
    loss_.merge(other.loss_);
    weight_.merge(other.weight_);
  }

  [[nodiscard]] const exact_sum& loss() const noexcept { return loss_; }
  [[nodiscard]] const exact_sum& weight() const noexcept { return weight_; }

 private:
  Kernel kernel_;
  exact_sum loss_;
  exact_sum weight_;
};

/// Calls fn(block, grad of the block) for all rows on the context's threads; T is the type of the forecasts.
template <class T, class Fn>
void for_gradient(const context& ctx, const checker& check, const binary_rows& rows, T* grad, Fn&& fn) {
  for_chunks(ctx, check.function(), rows.size(), k_chunk_rows, [&](chunk part) {
    for_blocks<T>(rows, part.first, part.last,
                  [&](const row_block<T>& block) { fn(block, grad + block.first); });
  });
}

}  // namespace assay::inline v1::calibration::internal
