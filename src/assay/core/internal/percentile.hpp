// Percentiles of sorted numbers.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

namespace assay::inline v1::internal {

/// Linear between the order statistics around (n - 1) level: type 7 of Hyndman & Fan 1996.
inline double percentile(std::span<const double> ascending, double level) {
  const double place = static_cast<double>(ascending.size() - 1) * level;
  const auto low = static_cast<std::size_t>(place);
  const std::size_t high = std::min(low + 1, ascending.size() - 1);
  const double share = place - static_cast<double>(low);
  if (share == 0.0 || ascending[low] == ascending[high]) return ascending[low];  // also for infinite ones
  return ascending[low] + share * (ascending[high] - ascending[low]);
}

}  // namespace assay::inline v1::internal
