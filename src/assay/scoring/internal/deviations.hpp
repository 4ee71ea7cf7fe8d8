// Mean and squared deviations of an ensemble.
#pragma once

#include <algorithm>
#include <span>

namespace assay::inline v1::scoring::detail {

struct deviations {
  double mean;
  double squares;  ///< sum of squares of the deviations from it
};

/// By two passes; the second also knows what the mean has lost by rounding.
inline deviations deviations_of(std::span<const double> members) {
  const double m = static_cast<double>(members.size());
  double sum = 0.0;
  for (const double x : members) sum += x;
  const double mean = sum / m;
  // Equal members: rounding of the mean must not become a variance.
  if (std::ranges::all_of(members, [&](double x) { return x == members[0]; })) return {members[0], 0.0};
  double squares = 0.0, rest = 0.0;
  for (const double x : members) {
    squares += (x - mean) * (x - mean);
    rest += x - mean;
  }
  return {mean + rest / m, squares - rest * rest / m};
}

}  // namespace assay::inline v1::scoring::detail
