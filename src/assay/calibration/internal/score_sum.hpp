// Sums of scores over rows: block sums of a kernel, added without rounding.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "assay/calibration/internal/rows.hpp"
#include "assay/core/bytes.hpp"
#include "assay/core/exact_sum.hpp"

namespace assay::inline v1::calibration::internal {

/// Order-free sums for sum_rows. Kernel is called as kernel(block, result) and gives Count sums of the block;
/// the first is NaN when a row is bad.
template <std::size_t Count, class Kernel>
class kernel_sums {
 public:
  explicit kernel_sums(Kernel kernel) : kernel_(kernel) {}

  template <class T>
  bool add(const row_block<T>& block) {
    double result[Count];
    kernel_(block, result);
    for (std::size_t c = 0; c < Count; ++c) sums_[c].add(result[c]);
    return result[0] == result[0];
  }
  bool flush() noexcept { return true; }
  void merge(const kernel_sums& other) {
    for (std::size_t c = 0; c < Count; ++c) sums_[c].merge(other.sums_[c]);
  }

  [[nodiscard]] const exact_sum& operator[](std::size_t c) const noexcept { return sums_[c]; }
  [[nodiscard]] double value(std::size_t c) const { return sums_[c].value(); }

 private:
  Kernel kernel_;
  std::array<exact_sum, Count> sums_;
};

/// The sums of a kernel over all rows.
template <std::size_t Count, class Kernel>
kernel_sums<Count, Kernel> sum_kernel(const context& ctx, const checker& check, const binary_rows& rows,
                                      Kernel kernel) {
  return sum_rows(ctx, check, rows, kernel_sums<Count, Kernel>(kernel));
}

/// Sums of a score: {sum of w loss, sum of w}.
template <class Kernel>
class score_sum : public kernel_sums<2, Kernel> {
 public:
  using kernel_sums<2, Kernel>::kernel_sums;
  [[nodiscard]] const exact_sum& loss() const noexcept { return (*this)[0]; }
  [[nodiscard]] const exact_sum& weight() const noexcept { return (*this)[1]; }
};
template <class Kernel>
score_sum(Kernel) -> score_sum<Kernel>;

/// Calls fn(block, grad of the block) for all rows on the context's threads; T is the type of the forecasts.
template <class T, class Fn>
void for_gradient(const context& ctx, const checker& check, const binary_rows& rows, T* grad, Fn&& fn) {
  for_chunks(ctx, check.function(), rows.size(), k_chunk_rows, [&](chunk part) {
    for_blocks<T>(rows, part.first, part.last,
                  [&](const row_block<T>& block) { fn(block, grad + block.first); });
  });
}

}  // namespace assay::inline v1::calibration::internal
