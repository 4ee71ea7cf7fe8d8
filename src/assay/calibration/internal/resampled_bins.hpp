// Shares of events in fixed bins over resampled rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "assay/calibration/internal/replicates.hpp"
#include "assay/calibration/internal/rows.hpp"
#include "assay/core/context.hpp"

namespace assay::inline v1::calibration::internal {

struct bin_resampling {
  std::vector<std::uint32_t> bin;  ///< of each row
  std::size_t bins = 0;
  std::size_t replicates = 0;
  double level = 0.9;
  std::uint64_t seed = 0;
  drawn_labels labels = drawn_labels::kept;
};

/// Central percentiles of the share of events in each bin; NaN for bins that no replicate filled.
std::vector<interval_ends> resampled_shares(const context& ctx, const char* function, const binary_rows& rows,
                                            const bin_resampling& plan);

}  // namespace assay::inline v1::calibration::internal
