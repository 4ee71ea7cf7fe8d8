// The miscalibration test of groups of rows.
#pragma once

#include "assay/calibration/internal/refitted_curves.hpp"
#include "assay/calibration/internal/row_groups.hpp"
#include "assay/calibration/miscalibration_test.hpp"
#include "assay/core/context.hpp"

namespace assay::inline v1::calibration::internal {

/// Of the options, score, n_boot and seed count.
miscalibration_test_result miscalibration_tested(const context& ctx, const char* function,
                                                 const row_groups& grouped,
                                                 const miscalibration_test_options& options);

/// The test, and the band of the isotonic curve around the diagonal, from the same replicates.
struct consistency {
  miscalibration_test_result test;
  curve_band band;
};
consistency consistency_of(const context& ctx, const char* function, const row_groups& grouped, double level,
                           const miscalibration_test_options& options);

}  // namespace assay::inline v1::calibration::internal
