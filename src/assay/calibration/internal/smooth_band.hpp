// Band of a smoothed reliability curve over resampled rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "assay/calibration/internal/replicates.hpp"
#include "assay/calibration/internal/rows.hpp"
#include "assay/calibration/internal/sorted_rows.hpp"
#include "assay/core/context.hpp"

namespace assay::inline v1::calibration::internal {

struct smooth_resampling {
  double sigma = 0.0;          ///< standard deviation of the kernel, the same for all replicates
  std::vector<double> points;  ///< where the curve is read, in [0, 1]
  std::size_t replicates = 0;
  double level = 0.9;
  std::uint64_t seed = 0;
  drawn_labels labels = drawn_labels::kept;
};

/// Central percentiles of the curve at each point; NaN where no replicate has a row that the kernel reaches.
/// `groups` are the rows by distinct probability.
///
/// Rows are drawn as sample_cells does, from cells narrower than sigma / 8 where they are many. A cell is
/// split linearly between two nodes of a grid with sixteen of them in sigma, which moves the kernel by 5e-4
/// (z^2 - 1) of its value z sigma away. So what a replicate costs depends on sigma and not on the rows.
std::vector<interval_ends> smooth_band(const context& ctx, const char* function, const binary_rows& rows,
                                       const std::vector<tie_group>& groups, const smooth_resampling& plan);

}  // namespace assay::inline v1::calibration::internal
