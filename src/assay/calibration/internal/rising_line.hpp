// A broken line through knots.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace assay::inline v1::calibration::internal {

/// Value at `at` of the line through (x, y), both never falling; constant beyond the first and the last knot.
/// Where several knots have one x, the y of the first of them.
inline double rising_line(const std::vector<double>& x, const std::vector<double>& y, double at) {
  const auto high = static_cast<std::size_t>(std::lower_bound(x.begin(), x.end(), at) - x.begin());
  if (high == 0) return y.front();
  if (high == x.size()) return y.back();
  if (at == x[high]) return y[high];
  const std::size_t low = high - 1;
  const double share = (at - x[low]) / (x[high] - x[low]);
  return std::min(y[low] + (y[high] - y[low]) * share, y[high]);  // rounding must not break the order
}

}  // namespace assay::inline v1::calibration::internal
