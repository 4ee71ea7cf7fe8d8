// What resampling has in common: how many replicates a caller may ask for, and the interval they span.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "assay/core/check.hpp"

namespace assay::inline v1::calibration::internal {

/// Most replicates that a call may ask for: more would take the memory before they take the time.
inline constexpr std::int64_t k_most_replicates = std::int64_t{1} << 24;

/// bad_parameter unless n_boot is 2 .. k_most_replicates, out_of_range unless level lies in (0, 1).
void check_replicates(const checker& check, std::int64_t n_boot, double level);

/// What the labels of drawn rows are.
enum class drawn_labels {
  kept,  ///< those of the rows
  anew   ///< drawn with the rows' probabilities
};

struct interval_ends {
  double lower;
  double upper;
};

/// Type-7 percentiles of one or more values, at two levels 0 <= low <= high <= 1. Reorders the values.
interval_ends percentiles(std::vector<double>& values, double low, double high);
/// Those that leave out (1 - level) / 2 on each side.
interval_ends central_percentiles(std::vector<double>& values, double level);
/// The same for each row of a table with `replicates` columns. NaN is left out; NaN where nothing is left.
std::vector<interval_ends> row_percentiles(const std::vector<double>& table, std::size_t replicates,
                                           double level);

}  // namespace assay::inline v1::calibration::internal
