#include "assay/calibration/internal/row_groups.hpp"

#include <algorithm>

namespace assay::inline v1::calibration::internal {

row_groups grouped(const checker& check, const binary_rows& rows) {
  row_groups result;
  result.groups = sorted_rows(check, rows, zero_weights::drop).groups();
  std::vector<double> points(result.groups.size());
  for (std::size_t i = 0; i < points.size(); ++i) points[i] = result.groups[i].x;
  result.group.reserve(rows.size());
  result.labels.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows.weights.present() && rows.weights(i) == 0.0) continue;
    const auto at = std::lower_bound(points.begin(), points.end(), rows.forecasts(i)) - points.begin();
    result.group.push_back(static_cast<std::uint32_t>(at));
    result.labels.push_back(rows.labels(i) != 0.0 ? 1 : 0);
    if (rows.weights.present()) result.weights.push_back(rows.weights(i));
  }
  return result;
}

}  // namespace assay::inline v1::calibration::internal
