// Scores of Laplace forecasts. With z = (y - location)/scale, a = |z|, e = e^-a:
//   crps = scale (a + e - 3/4),      d_location = -sgn(z) (1 - e),   d_scale = e (1 + a) - 3/4
//   log score = a + log(2 scale),    d_location = -sgn(z)/scale,     d_scale = (1 - a)/scale
// with sgn 0 = 0. The crps is least, scale/4, at z = 0.
#pragma once

#include <cstddef>

#include "assay/core/simd/lanes.hpp"
#include "assay/core/vmath/packs.hpp"
#include "assay/scoring/internal/families.hpp"

namespace assay::inline v1::scoring {

struct crps_laplace_formula : laplace_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 3> of(V y, const simd::several<V, 2>& p, bool derivatives) noexcept {
    const V d = y - p.values[0], s = p.values[1], z = d / s, a = simd::abs(z);
    const V e = vmath::exp(-a);
    const V score = simd::abs(d) + s * (e - V(0.75));
    if (!derivatives) return {score, score, score};
    const V far = simd::min(a, V(1000.0));  // e is 0 there, and 0 times infinity is not
    return {score, simd::times_sign_of(z, vmath::expm1(-a)), (e - V(0.75)) + far * e};
  }
};

struct log_score_laplace_formula : laplace_family {
  template <class V>
  static ASSAY_INLINE simd::several<V, 3> of(V y, const simd::several<V, 2>& p, bool) noexcept {
    constexpr double log_2 = 0x1.62e42fefa39efp-1;
    const V s = p.values[1], z = (y - p.values[0]) / s, a = simd::abs(z);
    const V slope = simd::select(z == V(0.0), V(0.0), simd::times_sign_of(z, V(-1.0)));
    return {a + (vmath::log(s) + V(log_2)), slope / s, (V(1.0) - a) / s};
  }
};

}  // namespace assay::inline v1::scoring
