// Density of probabilities on [0, 1] by a Gaussian kernel that is reflected at both ends.
#pragma once

#include <vector>

#include "assay/calibration/internal/sorted_rows.hpp"

namespace assay::inline v1::calibration::internal {

/// Density at each group's probability. Bandwidth by Silverman's rule (1986, eq. 3.31), at least two cells of
/// the grid of 512 on which the kernel sums are formed.
std::vector<double> unit_density(const std::vector<tie_group>& groups, double effective_rows);

}  // namespace assay::inline v1::calibration::internal
