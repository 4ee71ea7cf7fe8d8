// Isotonic regression by pooling adjacent violators: the best non-decreasing fit by weighted least squares,
// and by every other proper score of a mean. Source: Ayer, Brunk, Ewing, Reid & Silverman 1955. O(n).
#pragma once

#include <cstddef>
#include <vector>

namespace assay::inline v1 {

/// Neighbouring groups that share one fitted value.
struct isotonic_block {
  std::size_t first;  ///< number of its first group
  double weight;
  double sum;   ///< sum of weight * value
  double mean;  ///< sum / weight; strictly ascending over the blocks
};

/// Takes groups in ascending order of the predictor, values of equal predictors pooled into one group.
class isotonic_regression {
 public:
  /// Adds the next group; weight > 0. Blocks whose mean is not below the newcomer's join it. Means come from
  /// the sums, never from other means, so that whole-number sums and weights stay exact.
  void add(double weight, double sum) {
    isotonic_block block{groups_++, weight, sum, sum / weight};
    while (!blocks_.empty() && blocks_.back().mean >= block.mean) {
      const isotonic_block& before = blocks_.back();
      block.first = before.first;
      block.weight += before.weight;
      block.sum += before.sum;
      block.mean = block.sum / block.weight;
      blocks_.pop_back();
    }
    blocks_.push_back(block);
  }

  [[nodiscard]] const std::vector<isotonic_block>& blocks() const noexcept { return blocks_; }
  [[nodiscard]] std::size_t groups() const noexcept { return groups_; }
  /// One past the last group of block i.
  [[nodiscard]] std::size_t end(std::size_t i) const noexcept {
    return i + 1 < blocks_.size() ? blocks_[i + 1].first : groups_;
  }

 private:
  std::vector<isotonic_block> blocks_;
  std::size_t groups_ = 0;
};

}  // namespace assay::inline v1
