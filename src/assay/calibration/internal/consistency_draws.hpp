// Resamples of rows whose labels are drawn anew with given probabilities: what a calibrated forecast, or one
// with the estimated curve, would have shown.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "assay/calibration/internal/row_groups.hpp"

namespace assay::inline v1::calibration::internal {

/// Weight of the rows drawn from each group, and of their events.
struct group_draws {
  std::vector<double> weight;
  std::vector<double> events;
};

/// Draws n of n rows with replacement and labels with the rate of the row's group, as sums of the groups.
///
/// Row j of replicate b is the high half of u n, u the 64-bit number j of item b of the Philox stream with
/// key seed; the row is an event when the low half is below its rate. Where groups are large, counts of
/// groups and then of events are drawn instead, from binomial distributions: the same law, other numbers.
/// Groups that only count their rows get Poisson numbers, as the cells of a report do.
class consistency_draws {
 public:
  /// Rates are one a group. The rows must outlive the object.
  consistency_draws(const row_groups& rows, std::vector<double> rates, std::uint64_t seed)
      : rows_(rows), rates_(std::move(rates)), seed_(seed) {}

  void draw(std::uint64_t replicate, group_draws& into) const;

  /// Rows in a group, on average, from which on counts are drawn.
  static constexpr std::size_t k_large_group = 32;

 private:
  const row_groups& rows_;
  std::vector<double> rates_;
  std::uint64_t seed_;
};

}  // namespace assay::inline v1::calibration::internal
