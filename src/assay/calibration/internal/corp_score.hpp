// The scores that CORP decomposes, for groups of rows that share a forecast.
#pragma once

#include "assay/calibration/corp.hpp"
#include "assay/core/vmath.hpp"

namespace assay::inline v1::calibration::internal {

/// Sum of weights times score of a forecast p for `events` rows that happened and `others` that did not.
inline double score_of(corp_score score, double p, double events, double others) {
  if (score == corp_score::brier) return events * (1.0 - p) * (1.0 - p) + others * p * p;
  const double hits = events > 0.0 ? events * -vmath::log(p) : 0.0;  // 0 ln 0 = 0
  return hits + (others > 0.0 ? others * -vmath::log1p(-p) : 0.0);
}

}  // namespace assay::inline v1::calibration::internal
