// The miscalibration test of groups of rows.
#pragma once

#include "assay/calibration/internal/row_groups.hpp"
#include "assay/calibration/miscalibration_test.hpp"
#include "assay/core/context.hpp"

namespace assay::inline v1::calibration::internal {

/// Of the options, score, n_boot and seed count.
miscalibration_test_result miscalibration_tested(const context& ctx, const char* function,
                                                 const row_groups& grouped,
                                                 const miscalibration_test_options& options);

}  // namespace assay::inline v1::calibration::internal
