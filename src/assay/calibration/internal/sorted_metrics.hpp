// Metrics that start from sorted rows, for a caller that needs several of them and sorts once. Each is what
// the public function of its name returns; none checks values, for sorted_rows has done that.
#pragma once

#include <cstddef>
#include <vector>

#include "assay/calibration/brier.hpp"
#include "assay/calibration/calibration_tests.hpp"
#include "assay/calibration/corp.hpp"
#include "assay/calibration/ece.hpp"
#include "assay/calibration/internal/grouped_bins.hpp"
#include "assay/calibration/internal/sorted_rows.hpp"
#include "assay/calibration/roc.hpp"
#include "assay/core/check.hpp"
#include "assay/core/isotonic_regression.hpp"

namespace assay::inline v1::calibration::internal {

double ks_calibration_error(const sorted_rows& rows);
/// The regression of labels on probabilities, for the decompositions of every score.
isotonic_regression isotonic_of(const sorted_rows& rows);
corp_decomposition_result corp_decomposition(const sorted_rows& rows, const isotonic_regression& regression,
                                             corp_score score);
/// single_class where a class is missing.
double roc_auc(const checker& check, const sorted_rows& rows);
double average_precision(const checker& check, const sorted_rows& rows);
/// Interpolated.
eer_point_result eer_point(const checker& check, const sorted_rows& rows);

/// Groups with all rows, those of weight 0 among them.
ece_sweep_result ece_sweep(const std::vector<tie_group>& groups, error_norm norm);
brier_decomposition_result brier_decomposition(const std::vector<tie_group>& groups,
                                               const bin_request& request);
/// Of rows without weights. `fitted` throws `degenerate` where fewer than 3 groups have rows.
hosmer_lemeshow_result hosmer_lemeshow(const checker& check, const std::vector<tie_group>& groups,
                                       std::size_t n_groups, hosmer_lemeshow_df df_mode);

}  // namespace assay::inline v1::calibration::internal
