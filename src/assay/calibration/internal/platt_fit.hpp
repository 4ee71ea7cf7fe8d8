// The logistic curve of a score, for Platt scaling and for scaling binning.
#pragma once

#include <vector>

#include "assay/calibration/platt.hpp"
#include "assay/core/check.hpp"
#include "assay/core/context.hpp"

namespace assay::inline v1::calibration::internal {

/// Least distance of a probability from 0 and 1 before its log-odds are taken: that of Kumar, Liang & Ma
/// 2019, whose code clips there.
inline constexpr double k_log_odds_clip = 1e-12;

/// ln p - ln(1 - p), p no closer than k_log_odds_clip to 0 and 1.
double clipped_log_odds(double p);

/// Probability of the event at a score or a probability.
double platt_at(const platt_parameters& curve, platt_input input, double value);

/// Checks the rows and fits; `name` is what the scores are called in errors.
platt_parameters fit_platt(const context& ctx, const checker& check, const integer_view& labels,
                           const vector_view& scores, const char* name, const platt_fit_options& options);

}  // namespace assay::inline v1::calibration::internal
