// Pool-adjacent-violators: isotonic regression of event rates, fed in ascending order. Source: Ayer et al. 1955.
#pragma once

#include <cstddef>
#include <vector>

namespace assay::inline v1::calibration::internal {

/// Neighbouring groups with one fitted rate.
struct pooled_block {
  double weight;
  double events;
  double rate;        ///< events / weight
  std::size_t first;  ///< number of its first group
};

class violator_pool {
 public:
  /// Adds the next group; weight > 0. Blocks whose rate is not below that of the newcomer join it, so that rates of
  /// finished blocks strictly ascend.
  void add(double weight, double events) {
    pooled_block block{weight, events, events / weight, groups_++};
    while (!blocks_.empty() && blocks_.back().rate >= block.rate) {
      block.weight += blocks_.back().weight;
      block.events += blocks_.back().events;
      block.rate = block.events / block.weight;
      block.first = blocks_.back().first;
      blocks_.pop_back();
    }
    blocks_.push_back(block);
  }

  [[nodiscard]] const std::vector<pooled_block>& blocks() const noexcept { return blocks_; }
  [[nodiscard]] std::size_t groups() const noexcept { return groups_; }
  /// One past the last group of block i.
  [[nodiscard]] std::size_t end(std::size_t i) const noexcept {
    return i + 1 < blocks_.size() ? blocks_[i + 1].first : groups_;
  }

 private:
  std::vector<pooled_block> blocks_;
  std::size_t groups_ = 0;
};

}  // namespace assay::inline v1::calibration::internal
