#include "assay/calibration/internal/replicates.hpp"

#include <algorithm>
#include <limits>

#include "assay/core/internal/percentile.hpp"

namespace assay::inline v1::calibration::internal {

void check_replicates(const checker& check, std::int64_t n_boot, double level) {
  check.parameter(n_boot >= 2, "n_boot", static_cast<double>(n_boot), "must be at least 2");
  check.parameter(n_boot <= k_most_replicates, "n_boot", static_cast<double>(n_boot),
                  "must be at most 16777216");
  check.range(level > 0.0 && level < 1.0, "level", level, "must lie in (0, 1)");
}

// Only the order statistics beside the two places are put where a sort would put them.
interval_ends percentiles(std::vector<double>& values, double low, double high) {
  const auto last = static_cast<double>(values.size() - 1);
  std::size_t sorted = 0;
  for (const double level : {low, high}) {
    const auto place = static_cast<std::size_t>(last * level);
    for (const std::size_t at : {place, std::min(place + 1, values.size() - 1)}) {
      if (at < sorted) continue;
      const auto from = values.begin() + static_cast<std::ptrdiff_t>(sorted);
      std::nth_element(from, values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
      sorted = at + 1;
    }
  }
  return {assay::internal::percentile(values, low), assay::internal::percentile(values, high)};
}

interval_ends central_percentiles(std::vector<double>& values, double level) {
  const double tail = 0.5 * (1.0 - level);
  return percentiles(values, tail, 1.0 - tail);
}

std::vector<interval_ends> row_percentiles(const std::vector<double>& table, std::size_t replicates,
                                           double level) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<interval_ends> result;
  std::vector<double> values;
  for (std::size_t first = 0; first < table.size(); first += replicates) {
    values.clear();
    for (std::size_t b = first; b < first + replicates; ++b)
      if (table[b] == table[b]) values.push_back(table[b]);
    result.push_back(values.empty() ? interval_ends{nan, nan} : central_percentiles(values, level));
  }
  return result;
}

}  // namespace assay::inline v1::calibration::internal
