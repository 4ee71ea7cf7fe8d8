// Groups of equal probability and the group of each row: for resampling, which sorts once and counts often.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "assay/calibration/internal/sorted_rows.hpp"

namespace assay::inline v1::calibration::internal {

/// Rows of weight > 0, in their own order, and the groups they belong to; or the groups alone.
struct row_groups {
  std::vector<tie_group> groups;     ///< ascending
  std::vector<std::uint32_t> group;  ///< of each row
  std::vector<std::uint8_t> labels;  ///< of each row
  std::vector<double> weights;       ///< of each row; empty without weights
  std::size_t counted = 0;           ///< rows that the groups count and that are not listed
  [[nodiscard]] std::size_t rows() const noexcept { return group.size() + counted; }
  [[nodiscard]] double weight(std::size_t i) const noexcept { return weights.empty() ? 1.0 : weights[i]; }
};

/// Checks all values, sorts and groups. zero_weight when all weights are 0.
row_groups grouped(const checker& check, const binary_rows& rows);

}  // namespace assay::inline v1::calibration::internal
