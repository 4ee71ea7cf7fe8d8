// Scores of exponential forecasts. With u = max(rate y, 0), F = 1 - e^-u:
//   crps = |y| + (1/2 - 2 F)/rate,                              d_rate = (2 F - 2 u e^-u - 1/2)/rate^2
//   log score = rate y - log(rate), infinite for y < 0,         d_rate = y - 1/rate, 0 for y < 0
// The crps is least, 0.193/rate, at the median.
#pragma once

#include <cstddef>

#include "assay/core/simd/lanes.hpp"
#include "assay/core/vmath/packs.hpp"
#include "assay/scoring/internal/families.hpp"

namespace assay::inline v1::scoring {

struct crps_exponential_formula : exponential_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 2> of(V y, const simd::several<V, 1>& p, bool derivatives) noexcept {
    const V rate = p.values[0], u = simd::max(V(0.0), rate * y);
    const V cdf = -vmath::expm1(-u);
    const V score = simd::abs(y) + (V(0.5) - (cdf + cdf)) / rate;
    if (!derivatives) return {score, score};
    const V far = simd::min(u, V(1000.0));  // 1 - F is 0 there, and 0 times infinity is not
    return {score, (V(2.0) * (cdf - far * (V(1.0) - cdf)) - V(0.5)) / rate / rate};
  }
};

struct log_score_exponential_formula : exponential_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 2> of(V y, const simd::several<V, 1>& p, bool) noexcept {
    const V rate = p.values[0];
    const auto outside = y < V(0.0);
    return {simd::select(outside, V(__builtin_huge_val()), rate * y - vmath::log(rate)),
            simd::select(outside, V(0.0), y - V(1.0) / rate)};
  }
};

}  // namespace assay::inline v1::scoring
