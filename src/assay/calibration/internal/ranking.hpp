// ROC curve and the area under it, from sorted rows.
#pragma once

#include <vector>

#include "assay/calibration/internal/sorted_rows.hpp"
#include "assay/core/check.hpp"

namespace assay::inline v1::calibration::internal {

/// Weights of the rows at or above a threshold.
struct roc_point {
  double false_positives;
  double true_positives;
  double threshold;
};

/// Points by falling threshold, the first at Infinity.
struct roc {
  std::vector<roc_point> points;
  double positives;
  double negatives;
};

/// Twice the number (weight) of pairs of an event and another row that are in order, ties half.
struct roc_area {
  double twice_ordered;
  double positives;
  double negatives;
  [[nodiscard]] double value() const { return twice_ordered / (2.0 * positives * negatives); }
};

roc roc_of(const sorted_rows& rows);
roc_area area_of(const sorted_rows& rows);
/// single_class unless both classes have weight.
void check_classes(const checker& check, double positives, double negatives);

}  // namespace assay::inline v1::calibration::internal
