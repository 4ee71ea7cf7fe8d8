// Rows whose weights count as repetitions, as groups of equal probability: for recalibrators that weigh data
// against a prior or a penalty, so that the scale of the weights matters.
#pragma once

#include <vector>

#include "assay/calibration/internal/sorted_rows.hpp"

namespace assay::inline v1::calibration::internal {

struct counted_groups {
  std::vector<tie_group> groups;  ///< ascending; rows of weight 0 are left out
  double total = 0.0;             ///< number of rows, or the sum of their weights
};

/// Checks and sorts. bad_weight where the weights sum to less than 1e-100 or more than 1e100, so that no
/// product of two of their sums is infinite.
counted_groups count_rows(const checker& check, const binary_rows& rows);

}  // namespace assay::inline v1::calibration::internal
